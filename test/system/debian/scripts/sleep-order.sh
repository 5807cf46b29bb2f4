# programs: sleep + sort
# packages: coreutils

(
  sleep 0.9
  echo third
) &
(
  sleep 0.1
  echo first
) &
(
  sleep 0.5
  echo second
) &
wait
echo done
