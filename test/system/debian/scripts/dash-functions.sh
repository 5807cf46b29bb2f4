# programs: dash
# packages: dash, coreutils

f() {
  local a=1
  b=2
  echo "$1 $a"
  return 4
}
a=0
f x
echo $? $a $b
g() {
  if [ $1 -le 1 ]; then
    echo 1
  else
    echo $(($1 * $(g $(($1-1)))))
  fi
}
g 5
h() {
  ( exit 9 )
}
h
echo $?
