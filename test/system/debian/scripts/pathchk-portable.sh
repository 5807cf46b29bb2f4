# programs: pathchk
# packages: coreutils

pathchk -p "a b"
echo $?
pathchk good/name
echo $?
pathchk ""
