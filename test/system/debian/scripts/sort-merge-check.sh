# programs: sort
# packages: coreutils

printf "a\nc\n" > x
printf "b\nd\n" > y
sort -m x y
printf "b\na\n" | sort -c
