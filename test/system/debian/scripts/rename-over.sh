# programs: mv
# packages: coreutils

echo old > t
echo new > n
exec 3< t
mv n t
cat 0<&3
cat t
mkdir d1 d2
mv -T d1 d2 && ls
touch f
mv -T f d2
mkdir d3
touch d2/x
mv -T d3 d2
echo $?
