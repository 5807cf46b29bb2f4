# programs: tar
# packages: tar, gzip, bzip2, coreutils, findutils, sed

truncate -s 4M s
printf data | dd of=s bs=1 seek=2000000 conv=notrunc status=none
tar -S -cf x.tar s
[ $(stat -c %s x.tar) -lt 100000 ] && echo small
md5sum s > sum
rm s
tar xf x.tar
md5sum -c sum
stat -c %s s
[ $(stat -c %b s) -lt 4096 ] && echo holes
