# programs: mktemp
# packages: coreutils

f=$(mktemp t.XXXXXX)
stat -c "%a %s" $f
d=$(mktemp -d d.XXX)
stat -c %a $d
ls | wc -l
echo ${#f}
mktemp -d /nonexistent/x.XXXX 2> /dev/null
echo $?
mktemp bad
echo $?
