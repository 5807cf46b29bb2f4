# programs: busybox tar + busybox gzip
# packages: busybox

mkdir d
seq 100 > d/n
busybox tar czf x.tgz d
busybox tar tzf x.tgz
mkdir o
busybox tar xzf x.tgz -C o
busybox cmp d/n o/d/n && echo same
busybox gzip -c d/n | busybox zcat | busybox tail -n 1
busybox bzip2 -c d/n | busybox bunzip2 | busybox md5sum
echo d/n | busybox cpio -o -H newc 2> /dev/null | busybox cpio -t 2> /dev/null
busybox unzip absent
echo $?
