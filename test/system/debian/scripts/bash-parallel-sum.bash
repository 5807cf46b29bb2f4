# programs: bash + sort
# packages: bash, coreutils, grep

for i in {1..8}; do
  {
    s=0
    for ((j=0; j<=i*100; j++)); do
      ((s+=j))
    done
    echo $i $s
  } &
done | sort -n
wait
echo $SECONDS | grep -c "^[0-9]"
