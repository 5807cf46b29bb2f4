# programs: dash
# packages: dash, coreutils

for w in apple bat 12 ""; do
  case $w in
    a*)
      echo A
    ;;
    [0-9]*)
      echo N
    ;;
    "")
      echo empty
    ;;
    *)
      echo other
    ;;
  esac
done
i=0
while :; do
  i=$((i+1))
  [ $i -eq 3 ] && continue
  [ $i -gt 5 ] && break
  echo $i
done
until [ $i -le 4 ]; do
  i=$((i-1))
done
echo $i
