# programs: gawk + sort
# packages: gawk, coreutils

gawk 'BEGIN {
  while (("seq 3" | getline x) > 0) print "got", x
  close("seq 3")
  print "b\na" | "sort"
  close("sort")
  r=system("exit 3")
  print r
  "echo cmd" | getline
  print
  print "to err" > "/dev/stderr"
  c="tr a-z A-Z"
  print "two way" |& c
  close(c,"to")
  c |& getline y
  print y
  getline z < "/etc/hostname"
  print (getline q < "/nonexistent")
  printf "x\n" > "out"
  close("out")
  while ((getline l < "out") > 0) print l
}'
