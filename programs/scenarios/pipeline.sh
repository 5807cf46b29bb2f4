#!/bin/sh
# Several real processes in pipelines. Each | is a pipe, each command a process of its own: forked, executed, scheduled,
# blocked when its pipe is empty or full, and waited for.

echo "Words of a text of 2000, counted by five processes:"
words 2000 | sort | uniq -c | sort -rn | head -n 5 |
while read -r count word; do
  bar=
  n=$((count / 10))
  while [ $n -gt 0 ]; do bar="$bar#"; n=$((n - 1)); done
  printf '  %-10s %4d %s\n' "$word" "$count" "$bar"
done

echo
echo "The last primes below 20000:"
primes 20000 | tail -n 5 | tr '\n' ' '
echo

echo
echo "Three times a hundred numbers, summed by a shell function:"
sum() {
  total=0
  while read -r number; do total=$((total + number)); done
  echo $total
}
for i in 1 2 3; do seq 100 | sum; done | sort -u

echo
echo "A digest, and the same through two more processes:"
seq 500 | sha256sum | cut -c1-32
seq 500 | cat | tee /dev/null | sha256sum | cut -c1-32

echo
echo "Two workers in the background, and the shell that waits for them:"
fib 15 & first=$!
fib 15 & second=$!
wait $first && wait $second && echo "both are done"

echo
mandelbrot 64 16 60
