# programs: dash
# packages: dash, coreutils

printf "a:b\\:c:d\n" | {
  IFS=: read -r x y z
  echo "$x|$y|$z"
}
printf "a:b\\:c:d\n" | {
  IFS=: read x y z
  echo "$x|$y|$z"
}
echo "  lead  trail  " | {
  read v
  echo "[$v]"
}
read v < /dev/null
echo $?
printf part | {
  read v
  echo $? $v
}
