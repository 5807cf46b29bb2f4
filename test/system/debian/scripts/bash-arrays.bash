# programs: bash
# packages: bash, coreutils

a=(one "two three" four)
a[7]=x
echo ${#a[@]} "${a[1]}" ${!a[@]} "${a[@]:1:2}"
declare -A m=([k]=v [q]=w)
m[z]=1
for k in k q z; do
  echo $k=${m[$k]}
done
unset "a[1]"
echo "${a[*]}"
b=("${a[@]/o/0}")
echo ${b[*]}
mapfile -t l < <(printf "x\ny\n")
echo ${l[1]}
