if true; then echo yes; fi
if false; then echo no; else echo else; fi
if false; then :; elif true; then echo elif; fi
if false; then :; fi; echo "status $?"
n=0; while [ $n -lt 3 ]; do n=$((n+1)); echo -n "$n "; done; echo
until [ $n -eq 0 ]; do n=$((n-1)); done; echo $n
for i in 1 2 3; do for j in a b c; do [ $j = b ] && continue; [ $i = 2 ] && break; echo -n "$i$j "; done; done; echo
for i in 1 2 3; do for j in a b; do [ $i$j = 2a ] && break 2; echo -n "$i$j "; done; done; echo
for i in 1 2 3; do for j in a b; do [ $j = b ] && continue 2; echo -n "$i$j "; done; done; echo
while true; do while true; do break 2; done; done; echo out
for i in; do echo never; done; echo "empty for: $?"
f() { echo "f: $# $*"; }; f a "b c"; f
g() { return 5; }; g; echo $?
h() { g; echo "after g: $?"; return; }; h; echo $?
fact() { if [ $1 -le 1 ]; then echo 1; else echo $(($1 * $(fact $(($1 - 1))))); fi; }; fact 6
count() { [ $1 -eq 0 ] || { echo -n "$1 "; count $(($1-1)); }; }; count 5; echo
inner() { set -- x y; echo "inner $#"; }; set -- a b c; inner; echo "outer $#"
in_loop() { for x in 1 2 3; do [ $x = 2 ] && return 9; done; }; in_loop; echo "returned $? at $x"
(exit 4); echo $?; { (exit 5); }; echo $?
x=1; (x=2; echo "in $x"); echo "out $x"
x=1; { x=2; }; echo "out $x"
true && echo a || echo b; false && echo a || echo b; true || echo no; false || false || echo third
! true; echo $?; ! false; echo $?; ! true | false; echo $?
true; false; echo $?
echo one | cat | cat | tr a-z A-Z
echo a | { read v; echo "got $v"; }
seq 1 5 | while read -r k; do [ $k -gt 3 ] && break; echo -n "$k "; done; echo
printf '1 2\n3 4\n' | while read -r a b; do echo $((a+b)); done
case a in a) echo 1;; a) echo 2;; esac
case b in a|b) echo alt;; esac
case z in a) echo no;; *) ;; esac; echo $?
case x in (x) echo parenthesised;; esac
if
  echo multi; true
then
  echo line
fi
for i in a b
do
  echo $i
done
set -- p q r; for a do echo -n "$a "; done; echo
shift; echo $1 $#; shift 2; echo $#
eval "a=1; echo \$a"; eval 'for q in 1 2; do echo $q; done'; cmd='echo from a variable'; $cmd; eval "$cmd | tr a-z A-Z"
. /dev/null; echo "sourced $?"
echo 'echo sourced $1; v=set; return 3; echo no' > /tmp/sh-src; . /tmp/sh-src; echo "$? $v"; rm /tmp/sh-src
a=1 b=2; echo $a$b; a=3 eval 'echo $a'; echo $a
A=x sh -c 'echo "[$A]"'; A=y; sh -c 'echo "[$A]"'; export A; sh -c 'echo "[$A]"'; unset A; sh -c 'echo "[$A]"'
sh -c 'echo $0 $1 $#' name arg; sh -c 'exit 7'; echo $?; echo 'echo from stdin; exit 8' | sh; echo $?
set -e; false || true; if false; then :; fi; ! true; (set +e; false; echo "still here"); echo "end $?"
sh -ec 'false; echo never'; 
echo never
