# programs: bash + diff
# packages: bash, coreutils

comm -12 <(seq 1 2 20 | sort) <(seq 1 3 20 | sort)
cat <(echo a) <(echo b)
exec 7> >(wc -l > c)
seq 5 >&7
exec 7>&-
wait $!
cat c
while read x; do
  n=$((n+x))
done < <(seq 10)
echo $n
