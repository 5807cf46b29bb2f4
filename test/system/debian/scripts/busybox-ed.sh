# programs: busybox ed
# packages: busybox

printf 'one\ntwo\nthree\n' > f
printf '2s/two/TWO/\n1d\n$a\nfour\n.\nw\n,p\nq\n' | busybox ed f
cat f
busybox patch --help 2>&1 | head -n 1 | cut -d' ' -f1
busybox false
echo $?
busybox sleep x
echo $?
