# programs: bash + sleep
# packages: bash, coreutils

trap "echo ERR \$?" ERR
false
trap "echo bye" EXIT
trap "echo got TERM" TERM
kill $BASHPID
f() {
  trap "echo returned" RETURN
  return 2
}
f
(
  kill -TERM $BASHPID
  echo no
)
echo $?
# When a shell tells that a job was killed depends on time: this one tells nobody.
(
  sleep 3 & kill -9 $!
  wait $!
) 2> /dev/null
echo $?
