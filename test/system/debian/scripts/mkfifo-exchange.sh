# programs: mkfifo + cat
# packages: coreutils

mkfifo p
cat p > out & echo through the pipe > p
wait
cat out
stat -c %F p
mkfifo p
echo $?
