# programs: dash, cat
# packages: dash, coreutils

v=value
cat <<A
$v $(echo sub) `echo tick` \$v
A
cat <<'B'
$v literal
B
cat <<-C
	indented
	C
cat <<D | tr a-z A-Z
piped
D
while read x y; do
  echo "$y/$x"
done <<E
1 2 3
4 5
E
