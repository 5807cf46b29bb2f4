# programs: dash + sleep
# packages: coreutils

for s in HUP KILL PIPE ALRM TERM USR1 USR2; do
  sleep 10 & kill -s $s $!
  wait $!
  echo $s $?
done 2> /dev/null
kill -l 9
kill -l 137
kill -0 $$
echo $?
kill -s NOSUCH $$
echo $?
