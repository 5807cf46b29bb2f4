# programs: chmod
# packages: coreutils

echo keep > f
exec 3< f
echo write 1>&3
echo $?
cat f
exec 4>> f
echo added 1>&4
cat f
cat 0<&4
echo $?
