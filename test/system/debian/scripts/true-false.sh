# programs: true, false
# packages: coreutils

/bin/true
echo $?
/bin/false
echo $?
/bin/false || /bin/true && echo both
