# programs: rmdir, ls
# packages: coreutils

mkdir d
cd d
rmdir ../d
ls
echo $?
touch f
echo $?
mkdir x
cd /tmp
ls
echo $?
