# programs: bash + sleep
# packages: bash, coreutils

for i in 3 1 2; do
  (
    sleep 0.$((i*3))
    exit $i
  ) &
done
for i in 1 2 3; do
  wait -n
  echo $?
done
wait -n
echo $?
jobs
( exit 9 ) &
wait -p p $!
echo $?
[[ $p == $! ]] && echo same
