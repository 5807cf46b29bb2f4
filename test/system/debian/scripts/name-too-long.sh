# programs: touch
# packages: coreutils

n=$(printf "%0255d" 7)
touch $n && ls | wc -c
touch ${n}8
echo $?
rm $n
p=$(printf "%4100s" | tr " " x)
cat $p 2>&1 | tail -c 20
