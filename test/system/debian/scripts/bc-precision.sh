# programs: bc
# packages: bc, coreutils

echo 'scale=40; 4*a(1); e(1); sqrt(2)' | bc -l
echo '2^200; 10/3; scale=5; 10/3; -7%3; ibase=16; FF; obase=2; A' | bc
echo 'define f(n) { if (n<2) return 1; return n*f(n-1); } f(50); for (i=0;i<3;i++) i*i; a[2]=5; a[2]; "str
"; length(12345); 1/0; 7' | bc
echo '1+' | bc
echo $?
