# programs: busybox ash + busybox sleep
# packages: busybox

busybox ash -c '
f() { local x=1; echo $((x+$1))
}
f 4
for i in 1 2
do echo $i
done | busybox tac
(exit 3)
echo $?
trap "echo t" EXIT
exec 2>/dev/null
sleep 5 & kill $!
wait $!
echo $?
x=abcabc
echo ${x/b/B} ${x//b/B} ${x:1:2}
[[ a == a ]] && echo yes
cat <<E
here $x
E
exit 4'
echo $?
