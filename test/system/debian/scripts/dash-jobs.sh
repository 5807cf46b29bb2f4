# programs: dash + sleep
# packages: dash, coreutils

( exit 3 ) &
a=$!
( exit 4 ) &
b=$!
wait $b
echo $?
wait $a
echo $?
wait
echo $?
wait 999999
echo $?
# dash tells of a killed job when it happens to reap it: not compared.
exec 2> /dev/null
sleep 10 & kill $!
wait $!
echo $?
sleep 10 & kill -9 $!
wait $!
echo $?
kill -0 $!
echo $?
