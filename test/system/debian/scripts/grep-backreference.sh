# programs: grep
# packages: grep, coreutils

printf 'abab\nabba\nxyzzy\n' | grep -E '(..)\1'
printf 'a.b\naxb\n' | grep 'a\.b'
printf 'A\303\251\n' | grep -c .
printf 'x\n\n' | grep -c '^$'
seq 1 20000 | grep -c '7.*7'
seq 1000 | grep -x '[1-3]\{3\}' | wc -l
echo a | grep '['
echo $?
