# programs: bash
# packages: bash, coreutils

f() {
  local -n r=$1
  r=changed
}
v=old
f v
echo $v
g() {
  echo "${FUNCNAME[0]} ${FUNCNAME[1]:-top} $#"
}
h() {
  g a b
}
h
declare -f g | head -n 2
fact() {
  (( $1 < 2 )) && echo 1 || echo $(( $1 * $(fact $(($1-1))) ))
}
fact 12
case abc in
  a*)
    echo 1
  ;;&
  *c)
    echo 2
  ;&
  z)
    echo 3
  ;;
esac
