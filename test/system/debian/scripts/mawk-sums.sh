# programs: mawk
# packages: mawk, coreutils

seq 1 1000 | mawk '{s+=$1; q+=$1*$1; if ($1%250==0) print NR, s, q} END {print s/NR, int(sqrt(q)), exp(0), log(1), sin(0), atan2(0,-1)}'
echo 'a b  c' | mawk '{$2="X"; print; print NF; $5="e"; print; NF=2; print}' OFS=-
mawk -v v='x\ty' 'BEGIN {print v; print substr("hello",2,3) index("hello","l"); printf "%c%c %s %e\n", 65, "BC", "s", 12345.678}'
mawk 'BEGIN {print 1'
echo $?
