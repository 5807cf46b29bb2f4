# programs: dash + kill
# packages: dash, coreutils

trap "echo usr1" USR1
kill -USR1 $$
trap "echo exiting \$?" EXIT
( trap "echo sub" EXIT
exit 2 )
echo $?
trap "" HUP
kill -HUP $$
sh -c "kill -HUP \$\$; echo child ignores too"
trap - USR1
trap
exit 6
