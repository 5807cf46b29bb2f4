# programs: stdbuf + cut
# packages: coreutils

printf '1:a\n2:b\n' | stdbuf -oL cut -d: -f2 | stdbuf -o0 tr a-z A-Z
stdbuf -oX true
echo $?
