# programs: gawk
# packages: gawk, coreutils

gawk 'function f(n) {return n<2?n:f(n-1)+f(n-2)} BEGIN {
  print f(18)
  s="a-b-c"
  n=split(s,p,"-")
  print n,p[3]
  gsub(/[ac]/,"<&>",s)
  print s
  print gensub(/(b)/,"[\\1]",1,"abc")
  print match("foobar",/o+/), RSTART, RLENGTH
  print strftime("%F",0,1)
  print and(12,10), xor(12,10), lshift(1,4)
  print strtonum("0x1F")
  a[1,2]=3
  for (k in a) {split(k,q,SUBSEP)
  print q[1],q[2]}
  asort(p)
  print substr("x",0)
  exit 3
}'
echo $?
