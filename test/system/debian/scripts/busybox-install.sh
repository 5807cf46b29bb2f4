# programs: busybox sh + busybox sed
# packages: busybox, coreutils, grep

mkdir b
busybox --install -s b
ls b | grep -c .
PATH=/tmp/b
export PATH
echo text | sed s/t/T/g | tr x X
which sed
readlink b/sed
seq 3 | awk "{s+=\$1} END {print s}"
