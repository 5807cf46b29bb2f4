# programs: head + tee + wc
# packages: coreutils

head -c 3000000 /dev/zero | tee /dev/null | wc -c
head -c 300000 /dev/zero | ( sleep 0.1
wc -c )
