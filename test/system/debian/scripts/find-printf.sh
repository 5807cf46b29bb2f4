# programs: find + sort
# packages: findutils, coreutils, grep, sed

mkdir d
echo abc > d/a
ln -s a d/l
chmod 640 d/a
touch -d '2021-05-06 07:08:09 UTC' d/a
find d -type f -printf '%p %f %h %s %m %M %y %d %n\n'
TZ=UTC find d/a -printf '%TY-%Tm-%Td %TH:%TM %P\n'
find d -type l -printf '%p -> %l\n'
find d -print0 | sort -z | tr '\0' ' '
find d -type f -fprint out
cat out
find d -depth | sort
find d -samefile d/a
