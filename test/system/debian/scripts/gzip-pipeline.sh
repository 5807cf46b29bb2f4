# programs: gzip + zgrep + head
# packages: tar, gzip, bzip2, coreutils, findutils, sed

seq 1 20000 | gzip -n | gzip -d | tail -n 1
seq 1 200000 | gzip -c | zcat | head -n 1
seq 1 30 | gzip > a.gz
zgrep -c 2 a.gz
zcmp a.gz a.gz
echo $?
zdiff a.gz a.gz
(
  seq 5 | gzip -n
  seq 6 9 | gzip -n
) | zcat | tr "\n" " "
