# programs: bash
# packages: bash, coreutils

x="Hello World"
echo ${x^^} ${x,,} ${x:6:3} ${x/o/0} ${x//o/0} ${x: -3} {1..5} {a,b}{1,2} {10..0..5} $((2**40)) $((16#ff)) ${x@Q}
printf -v v "%03d" 7
echo $v
[[ $x =~ (W.r) ]] && echo ${BASH_REMATCH[1]}
[[ a < b && $x == H* ]]
echo $?
shopt -s extglob
echo ${x//+([lo])/_}
echo 'a	b'
