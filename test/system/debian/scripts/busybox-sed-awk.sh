# programs: busybox sed, busybox awk, busybox grep
# packages: busybox

seq 5 > n
busybox sed -n '2,3p;$!N;P' n
busybox awk '{s+=$1; a[NR]=$1} END {print s, a[2], length("xyz"), substr("hello",2,2); for (i=NR;i>0;i--) printf "%s ", a[i]; print ""}' n
busybox grep -n '[24]' n
busybox grep -c x n
echo $?
busybox awk 'BEGIN {"echo cmd" | getline x; print x; system("exit 2"); printf "%5.2f %x\n", 3.14159, 255}'
busybox sed 'k' n
echo $?
busybox diff n /etc/hostname
echo $?
