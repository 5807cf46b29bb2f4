# programs: split + wc
# packages: coreutils

seq 1 50 | split -l 20 --filter='wc -l >$FILE.count'
cat x*.count
