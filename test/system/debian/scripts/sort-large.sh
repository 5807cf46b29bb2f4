# programs: seq + sort + md5sum
# packages: coreutils

seq 20000 -1 1 | sort -S 64K | md5sum
seq 1 5000 | sort -n -r | head -n 3
