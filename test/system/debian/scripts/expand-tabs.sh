# programs: expand, unexpand
# packages: coreutils

printf "a\tb\n\tc\n" | expand -t4
printf "        a   b\n" | unexpand -a
