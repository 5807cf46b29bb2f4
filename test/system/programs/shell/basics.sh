echo hello world; echo "a  b" 'c  d' e\ \ f
x=5; echo $x ${x} "$x" '$x' ${x}y
echo $? ; false; echo $?; true && echo yes || echo no; false && echo yes || echo no
! true; echo $?
for i in 1 2 3; do echo "i=$i"; done
for i in a b c; do if [ $i = b ]; then continue; fi; echo $i; done
n=0; while [ $n -lt 5 ]; do n=$((n+1)); if [ $n = 3 ]; then break; fi; done; echo n=$n
case foo.c in *.h) echo h;; *.c|*.cc) echo c;; *) echo other;; esac
case "a*b" in a\*b) echo lit;; esac
echo $(echo sub; echo two) `echo back`
echo "$(echo "nested $(echo deep)")"
seq 1 10 | sort -rn | head -3
(echo in sub; exit 3); echo $?
{ echo grp; } > /tmp/sh-o1; cat /tmp/sh-o1; echo more >> /tmp/sh-o1; cat < /tmp/sh-o1
cat <<EOF
here $x $(echo doc)
  'quotes' "stay" \$x
EOF
cat <<'EOF'
raw $x
EOF
	cat <<-EOF
	tabs
	EOF
f() { echo "f got $# args: $1 $2"; return 7; }
f one two; echo $?
set -- a "b c" d; echo $#; for a in "$@"; do echo "[$a]"; done; for a in $*; do echo "<$a>"; done; shift; echo $1
echo "$*"; IFS=:; echo "$*"; unset IFS
v=; echo "${v:-def}" "${v-unset}" "${u-unset}" "${v:+alt}" "${x:+alt}"; echo ${w:=assigned} $w
p=/usr/local/lib/libfoo.so.1; echo ${p##*/} ${p%/*} ${p%%.*} ${p#/usr} ${#p}
echo $((1+2*3)) $(( (1+2)*3 )) $((7/2)) $((7%3)) $((1<2)) $((x*2)) $((-3)) $((1?10:20)) $((0x10))
IFS=: read a b c <<EOF
1:2:3:4
EOF
echo "$a|$b|$c"
echo one two three | { read q r; echo "$q|$r"; }
echo "a b c" | while read l; do echo "line $l"; done
y="p q  r"; for w in $y; do echo "$w"; done; echo "$y" $y
z='*'; echo "$z"
echo err 1>&2 2>/dev/null; echo out 2>&1
ls /nonexistent 2>/dev/null || echo fails
eval 'echo eval $x'; eval "e=9"; echo $e
trap 'echo bye' EXIT
echo a'b'"c"d; echo "it's"; echo 'say "hi"'; echo \"
echo ${x}$x"$x"; echo "\$x \`\\"
true | false; echo $?; false | true; echo $?
sleep 0 & wait; echo waited $?; (exit 5) & wait $!; echo $?
exec 3>/tmp/sh-o3; echo three >&3; exec 3>&-; cat /tmp/sh-o3
cd /tmp; pwd; cd /; pwd; cd - >/dev/null; pwd
export EV=exported; sh -c 'echo $EV $0 $1' zero one
A=1 B=2 sh -c 'echo $A$B'; echo "[$A]"
umask 022; umask
if false; then echo 1; elif true; then echo 2; else echo 3; fi
echo a;echo b # comment
echo "multi
line"
echo foo \
  bar
i=0; while :; do i=$((i+1)); [ $i -eq 3 ] && continue; [ $i -gt 5 ] && break; echo $i; done
for i in 1 2; do for j in 1 2 3; do [ $j = 2 ] && continue 2; echo $i$j; done; done
readonly_test=ok; unset readonly_test; echo "[${readonly_test}]"
cd /tmp && rm -rf gl && mkdir gl && cd gl && touch a.c b.c .h d && echo *.c * "*.c" .* ?.c [ab].c nomatch* */
echo "$(printf 'x\n\n\n')y"
echo ~ | grep -c /; HOME=/h; echo ~ ~/x "~"
echo x{a,b}; echo "$#$?$x"
g() { local_v=$1; if [ $1 -gt 0 ]; then g $(($1-1)); fi; echo "g$1"; }; g 2
exit 4
