# programs: rm, rmdir
# packages: coreutils

mkdir -p a/b/c
touch a/f
rm a
rmdir a
rm -v a/f
rmdir -p a/b/c
ls
rm -f absent
echo $?
rm absent
echo $?
mkdir r
touch r/1 r/2
rm -rv r | sort
touch -- -x
rm -- -x
ls
