# programs: tar
# packages: tar, gzip, bzip2, coreutils, findutils, sed

d=$(printf %090d 1)/$(printf %090d 2)
mkdir -p $d
echo deep > $d/$(printf %099d 3)
ln -s $(printf %0150d 4) l
for f in gnu pax ustar; do
  tar --format=$f -cf $f.tar --sort=name 0* l 2> /dev/null
  echo $?
  tar tf $f.tar | md5sum
done
mkdir o
tar xf pax.tar -C o
cat o/$d/*
readlink o/l | wc -c
