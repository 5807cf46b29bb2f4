# programs: dash
# packages: dash, coreutils

exec 3>&1
exec > f
echo hidden
exec 1>&3
cat f
(
  exec echo replaced
  echo never
)
exec sh -c "echo last \$0 \$1" name arg
echo never
