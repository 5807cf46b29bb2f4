# programs: nice + nice
# packages: coreutils

nice
nice -n 5 nice
nice -n 5 nice -n 7 nice
nice -n 100 nice
nice -n x true
echo $?
