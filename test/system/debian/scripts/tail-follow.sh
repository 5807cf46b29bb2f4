# programs: tail + sleep
# packages: coreutils

echo one > f
(
  sleep 0.3
  echo two >> f
  sleep 1.2
) &
tail -f --pid=$! -s 0.1 -n +1 f
wait
tail -n 1 f
