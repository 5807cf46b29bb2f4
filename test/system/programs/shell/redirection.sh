cd /tmp; rm -rf sh-red; mkdir sh-red; cd sh-red
echo one > f; echo two >> f; cat < f; cat f f | wc -l | tr -d ' '
echo err >&2 2> e; cat e
{ echo out; echo err >&2; } > o 2> e; cat o; cat e
{ echo out; echo err >&2; } > both 2>&1; cat both
(echo a; echo b) > f; while read l; do echo "[$l]"; done < f
exec 3> f; echo three >&3; echo more >&3; exec 3>&-; cat f
exec 4< f; read x <&4; read y <&4; echo "$x $y"; exec 4<&-
echo x > g; cat < g > h; cat h
cat <<A; cat <<B
first $((1+1))
A
second
B
cat <<'A'
literal $x `y` \z
A
cat <<-A
	indented
		more
	A
cat <<A | tr a-z A-Z
piped document
A
v=val; cat <<A
$v ${v} \$v "$v" '$v' \\ `echo cmd` $(echo sub)
A
read a b <<A
p q r
A
echo "$a|$b"
for i in 1 2; do cat <<A
loop $i
A
done
echo hidden > /dev/null; cat /dev/null; echo $?
cat < missing || echo refused
echo x > /nonexistent/f || echo refused
true > created; [ -f created ] && [ ! -s created ] && echo empty
> created2; [ -f created2 ] && echo bare
echo a > f; echo b 1<> f; cat f
if true; then echo in if; fi > f; cat f
f() { echo in f; } ; f > f2; cat f2
{ echo 1; { echo 2 >&2; } 2>&1; } | cat
echo to stderr only 2>&1 >/dev/null | cat
: > f; for i in 1 2 3; do echo $i; done >> f; cat f
n=0; while read -r line; do n=$((n+1)); done < f; echo "n=$n"
cd /; rm -rf /tmp/sh-red
