# programs: bash
# packages: bash, coreutils, sed

echo both &> f
echo more &>> f
ls /nonexistent &>> f
cat f
cat <<< "here $((1+1))"
exec {fd}> g
echo via >&$fd
exec {fd}>&-
cat g
exec 8> >(sed s/^/err:/ > h)
{
  echo o
  echo e >&2
} 2>&8
exec 8>&-
wait $!
cat h
read -n 3 x <<< abcdef
echo $x
read -d: y <<< "p:q"
echo $y
read -a w <<< "1 2 3"
echo ${w[2]}
read -t 0.1 z < <(sleep 1)
echo $?
