# programs: perl + sort
# packages: perl, coreutils

seq 10 | perl -ne 'print if $. % 3 == 0'
printf 'a b c\nd e f\n' | perl -lane 'print $F[1]' | sort -r
seq 5 | perl -pe 's/(\d)/$1*2/e'
perl -0777 -ne 'print length' /etc/hostname
echo
perl -e 'die "dead\n"'
echo $?
perl -e 'exit 300'
echo $?
perl -e 'print $x +'
echo $?
perl -Mstrict -e '$y = 1'
echo $?
perl -MList::Util=sum -le 'print sum 1..100'
echo 'print "from stdin @ARGV\n"' | perl - a b
perl -c -e 'print 1'
perl /nonexistent
echo $?
