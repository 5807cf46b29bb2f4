# programs: seq, paste
# packages: coreutils

seq 3 > a
seq 4 7 > b
paste a b
paste -d,: a b a
paste -s a b
