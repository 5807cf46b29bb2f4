# programs: busybox expr, busybox factor, busybox cal, busybox date, busybox dc, busybox bc
# packages: busybox

busybox expr 6 '*' 7
busybox factor 360
busybox cal 2 2024
busybox date -u -d @86400 +%F
echo '2 3 + p 10 k 2 v p' | busybox dc
echo '2^64; scale=3; 1/3' | busybox bc
busybox seq -s, 5
busybox printf '%03d %s\n' 7 x
busybox basename /a/b.c .c
busybox dirname /a/b
busybox realpath /bin/../tmp
busybox uuencode n <<E | busybox uudecode -o -
secret
E
busybox shuf -e one
busybox od -An -tx1 <<E
hi
E
busybox which sh
busybox xxd <<E
xyz
E
