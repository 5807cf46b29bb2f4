# programs: echo + tr
# packages: coreutils

echo "$(echo a$(echo b$(echo c | tr c C)))" `echo d`
x=$(printf "two\n\n")
echo "[$x]"
echo $(false) $?
y=$(exit 5)
echo $?
