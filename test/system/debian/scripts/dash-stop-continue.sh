# programs: dash + kill
# packages: dash, coreutils

(
  sleep 0.5
  echo resumed
) &
p=$!
kill -STOP $p
sleep 1
echo stopped
kill -CONT $p
wait $p
echo $?
