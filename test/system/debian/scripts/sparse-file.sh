# programs: dd, truncate, cp, cmp
# packages: coreutils, diffutils

truncate -s 1M s
printf end | dd of=s bs=1 seek=1048000 conv=notrunc status=none
stat -c %s s
md5sum s
cp --sparse=always s t
cmp s t && echo same
tail -c 600 s | head -c 40 | od -c
[ $(stat -c %b t) -lt 2048 ] && echo holes
