# programs: dash
# packages: dash, coreutils

x=/a/b/c.tar.gz
echo ${x##*/} ${x%%.*} ${x%/*} ${#x} ${y:-none} ${y:=set} $y ${x:+yes}
set -- a "b c" d
echo $# "$2" "$*"
for i in "$@"; do
  echo [$i]
done
shift 2
echo $1
echo $((3*(4+5)%7)) $((0x1f|8)) $((1<2?10:20)) $((-7/2))
