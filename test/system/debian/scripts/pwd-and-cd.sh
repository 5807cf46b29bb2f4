# programs: pwd
# packages: coreutils

mkdir -p a/b
ln -s a/b l
cd l
pwd
/bin/pwd -P
env PWD=/tmp/l /bin/pwd -L
cd ..
pwd
cd /nonexistent
echo $?
cd -P /tmp/l
pwd
