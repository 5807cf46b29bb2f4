# programs: dash + kill
# packages: dash, coreutils

(
  sleep 0.2
  echo resumed
) &
p=$!
kill -STOP $p
sleep 0.4
echo stopped
kill -CONT $p
wait $p
echo $?
