# programs: sh + sort
# packages: coreutils

for i in 1 2 3 4; do
  (
    for j in 1 2 3 4 5; do
      echo $i.$j >> log
    done
  ) &
done
wait
sort log | tr "\n" " "
wc -l < log
