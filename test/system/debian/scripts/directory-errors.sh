# programs: cat, cp, mv, rm
# packages: coreutils

mkdir d
cat d
echo x > d
cp d e
rm d
touch f
cat f/x
mkdir f/g
ls f/
mv d f
cat ""
echo $?
