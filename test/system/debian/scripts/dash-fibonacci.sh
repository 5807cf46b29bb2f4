# programs: dash
# packages: dash, coreutils

fib() {
  if [ $1 -lt 2 ]; then
    r=$1
  else
    local n=$1 s
    fib $((n-1))
    s=$r
    fib $((n-2))
    r=$((s+r))
  fi
}
fib 15
echo $r
i=0
s=0
while [ $i -lt 3000 ]; do
  s=$((s+i*i))
  i=$((i+1))
done
echo $s
