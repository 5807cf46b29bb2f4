# programs: sort + gzip
# packages: tar, gzip, bzip2, coreutils, findutils, sed

seq 1 3000 | sort -R --random-source=/etc/passwd -S 8K --compress-program=gzip | sort -n | md5sum
seq 1 3000 | md5sum
