# programs: dd
# packages: coreutils, diffutils

seq 1 1000 > n
dd if=n bs=16 skip=2 count=3 status=none
dd if=n of=o ibs=7 obs=13 2> log
cat log | head -n 2
cmp n o && echo same
echo abc | dd conv=ucase,swab status=none
echo XYZ | dd of=o bs=1 seek=3 conv=notrunc status=none
head -c 12 o
dd if=absent
