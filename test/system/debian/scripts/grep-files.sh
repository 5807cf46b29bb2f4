# programs: grep, egrep
# packages: grep, coreutils

mkdir -p d/e
echo needle > d/a
echo hay > d/b
echo needle needle > d/e/c
printf "bin\0needle\n" > d/z
grep -r needle d | sort
grep -rl needle d | sort
grep -rL needle d
grep -c needle d/a d/b
grep -h needle d/a d/e/c
grep -Hn hay d/b
grep --include="a*" -r n d
egrep -v x d/b
printf "a\nb\n" | grep -f - d/b
echo $?
