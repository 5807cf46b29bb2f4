# programs: dash + cat
# packages: dash, coreutils

printf "echo first\nread x\ndata line\necho got \$x\ncat\nrest 1\nrest 2\n" | sh
printf "exit 3\necho no" | sh -s
echo $?
echo "echo \$1-\$#" | sh -s p q
