# programs: dash + sh
# packages: dash, coreutils

for s in HUP INT PIPE ALRM TERM USR1 KILL; do
  sh -c "kill -$s \$\$; echo not reached"
  echo $s $?
done 2> /dev/null
