# programs: bash + bash
# packages: bash, coreutils

coproc C {
  while read l; do
    echo "got $l"
  done
}
echo one >&${C[1]}
read r <&${C[0]}
echo $r
echo two >&${C[1]}
read r <&${C[0]}
echo $r
exec {C[1]}>&-
wait
echo $?
