# programs: ls
# packages: coreutils

truncate -s 100 big
truncate -s 10 small
truncate -s 50 mid.txt
touch -d @3 big
touch -d @2 small
touch -d @1 mid.txt
ls -S
ls -t
ls -tr
ls -X
ls -v
