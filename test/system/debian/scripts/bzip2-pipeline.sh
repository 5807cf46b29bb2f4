# programs: bzip2 + bzcat
# packages: tar, gzip, bzip2, coreutils, findutils, sed

head -c 200000 /dev/zero | bzip2 | bzcat | wc -c
seq 1 10000 | bzip2 -9 | tee c | bzip2 -d | md5sum
seq 1 10000 | md5sum
head -c 500 c | bunzip2 2> /dev/null | wc -c
bzip2 -tv c 2>&1
