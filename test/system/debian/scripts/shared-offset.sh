# programs: cat + head
# packages: coreutils

seq 1 9 > n
(
  read a
  read b
  echo $a $b
  cat
) < n
(
  head -n 2 > /dev/null
  cat
) < n
exec 5< n
(
  read x 0<&5
  echo $x
)
read y 0<&5
echo $y
