# programs: dash + tr
# packages: dash, coreutils

mkfifo in out
tr a-z A-Z < in > out & exec 3> in 4< out
echo hello 1>&3
exec 3>&-
cat 0<&4
wait
echo done
