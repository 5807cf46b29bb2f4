# programs: dash + sleep
# packages: dash, coreutils

# dash tells of a killed job when it happens to reap it: not compared.
exec 2> /dev/null
trap "echo interrupted" USR1
sleep 5 & p=$!
(
  sleep 0.2
  kill -USR1 $$
) &
wait $p
echo $?
kill $p
wait $p
echo $?
