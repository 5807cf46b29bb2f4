# programs: dash
# packages: dash, coreutils

set -- -a -b val -c rest more
while getopts ab:c o; do
  echo "$o ${OPTARG-}"
done
shift $((OPTIND-1))
echo "$@"
OPTIND=1
getopts x y -q
echo $? $y
printf "%s %d %x\n" s 10 255
printf "%b" "a\tb\n"
type cd sh
command -v ls
hash -r
alias e=echo
eval e aliased
