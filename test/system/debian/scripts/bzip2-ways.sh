# programs: bzip2, bunzip2, bzcat
# packages: tar, gzip, bzip2, coreutils, findutils, sed, diffutils

seq 1 3000 > n
cp n m
bzip2 n
ls
bzcat n.bz2 | cmp - m && echo same
md5sum n.bz2
bunzip2 n.bz2
ls
bzip2 -1 -c m | bunzip2 | tail -n 1
bzip2 -t m
echo $?
echo junk > j.bz2
bzip2 -d j.bz2
echo $?
bzip2 absent
echo $?
bzip2 -kv m 2>&1 | cut -d, -f1-2
