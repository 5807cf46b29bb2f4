# programs: mawk + cat
# packages: mawk, coreutils

printf 'a;b\n\nc;d\ne\n\n\nf' | mawk -v RS= -F'\n' '{print NR": "$1"|"NF}'
printf 'x,y;z,w' | mawk -v RS=';' -F, '{print $2}' | cat -A
mawk 'BEGIN {
  while ((getline l < "/etc/hostname") > 0) print l
  "echo hi" | getline v; print v
  print "z\ny" | "sort"
  exit system("exit 5")
}'
echo $?
