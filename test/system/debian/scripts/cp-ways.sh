# programs: cp
# packages: coreutils

mkdir d
echo one > a
cp a b
cp -v a d
cp -r d e
cp -n b d/a
cp --remove-destination -s /tmp/a l
readlink l
cp -l a h
stat -c %h a
cp -a d f
cat f/a
cp d x
cp a a
cp a b nowhere
echo $?
