# programs: seq, split, cat, cmp
# packages: coreutils

seq 100 > n
split -l 30 -d n part.
ls part.*
wc -l part.03
split -n 3 n x
cat xaa xab xac | md5sum
md5sum < n
