# programs: cat
# packages: coreutils

echo still here > f
exec 3< f
rm f
cat f
cat 0<&3
