# programs: mv
# packages: coreutils

echo 1 > a
mkdir d
mv -v a b
mv b d
mv d e
cat e/b
echo 2 > c
mv -n c e/b
cat e/b
mv -b c e/b
ls e
mv absent x
echo $?
mv e e/sub
echo $?
