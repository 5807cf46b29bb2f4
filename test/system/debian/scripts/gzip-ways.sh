# programs: gzip, gunzip, zcat
# packages: tar, gzip, bzip2, coreutils, findutils, sed, diffutils

seq 1 2000 > n
cp n m
gzip -n n
ls
gzip -l n.gz | tail -n 1
zcat n.gz | cmp - m && echo same
gunzip -k n.gz
ls
gzip -1 -n -c m | wc -c
gzip -9 -n -c m | md5sum
gzip n
echo $?
cat n.gz n.gz | gunzip | wc -l
echo x | gunzip
echo $?
gzip -S .z -v m 2>&1 | tail -n 1
gzip -dS .z m.z
wc -l m
gzip absent
echo $?
touch -d @77 q
gzip q
gunzip -N q.gz
stat -c %Y q
