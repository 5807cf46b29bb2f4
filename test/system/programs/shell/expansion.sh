# parameters
set -- one "two three" ""
echo "$#" "$1" "$2" "[$3]" "[$4]"
for a in "$@" end; do printf '<%s>' "$a"; done; echo
for a in $@ end; do printf '<%s>' "$a"; done; echo
for a in "x$@y"; do printf '<%s>' "$a"; done; echo
for a in "$*"; do printf '<%s>' "$a"; done; echo
set --
for a in "$@"; do echo never; done
for a in x"$@"; do printf '<%s>' "$a"; done; echo
echo ${none:-default} ${none-default} "${none:-a  b}" ${none:-a  b}
x=value; echo ${x:-no} ${x:+yes} ${none:+no}- ${#x} ${#none}
e=; echo "[${e:-empty}] [${e-set}] [${e:+no}] [${e+set}]"
echo ${n:=assigned} $n
p=a.b.c.d; echo ${p#*.} ${p##*.} ${p%.*} ${p%%.*} ${p#x} ${p%"c.d"}
star='*'; echo "${p#"$star"}" ${p#*b}
path=/usr/local/bin; echo ${path##*/} ${path%/*}
echo "${x}y" "$x"y $x"y" '${x}' "\${x}" "\"q\""
echo ${x:-${none:-deep}} ${none:-${x}}
echo "${none:-"quoted inside"}"
unset u; echo ${u-unset}; u=; echo "[${u-unset}]"
# arithmetic
echo $((1 + 2)) $((2*3+4)) $((2*(3+4))) $((10/3)) $((10%3)) $((-7/2)) $((1<<4)) $((255>>4)) $((6&3)) $((6|3)) $((6^3))
i=5; echo $((i+1)) $(($i*2)) $((i=i+2)) $i $((i+=3)) $i
echo $((1==1)) $((1!=1)) $((2>1)) $((2<=1)) $((1&&0)) $((1||0)) $((!5)) $((~0)) $((5>3?10:20))
echo $((0x1f)) $((010)) $((  7  ))
echo "$((1+1))$((2+2))"
# commands
echo $(echo a; echo b) "$(echo a; echo b)"
echo `echo back` "`echo "quoted back"`" `echo \`echo nested\``
echo $(echo $(echo $(echo three deep)))
v=$(printf 'line1\nline2\n\n'); echo "$v"
echo "$(cat <<X
in a document
X
)"
false; echo $?; y=$(exit 3); echo $?
echo "a$(echo b)c" a"$(echo "b  c")"d
# fields
f="  a   b  c "; for w in $f; do printf '<%s>' $w; done; echo
IFS=:; f="a::b:c:"; for w in $f; do printf '<%s>' "$w"; done; echo
IFS=': '; f=" a : b c::d "; for w in $f; do printf '<%s>' "$w"; done; echo
IFS=; f="a b"; for w in $f; do printf '<%s>' "$w"; done; echo
unset IFS
f='a "b c" d'; for w in $f; do printf '<%s>' "$w"; done; echo
# patterns
mkdir -p /tmp/sh-glob/sub && cd /tmp/sh-glob && touch a.c b.c c.h .hidden sub/x.c 'sp ace' '[lit]'
echo *.c *.h ?.c [ab].* [!a].c
echo * .h* */*.c "*.c" \*.c no*match
q='*.c'; echo $q "$q"
for f in *; do printf '<%s>' "$f"; done; echo
echo [[]lit] '['*
cd / && rm -rf /tmp/sh-glob
case hello in h*o) echo matched;; esac
case 'a*' in 'a*') echo literal;; esac
case ab in 'a*') echo wrong;; a*) echo right;; esac
case x in [!a-w]) echo set;; esac
case "" in "") echo empty;; esac
t='h*'; case hello in $t) echo pattern from variable;; esac; case hello in "$t") echo wrong;; *) echo quoted variable is literal;; esac
HOME=/home/me; echo ~ ~/x "~" a~
