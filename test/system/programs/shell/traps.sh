trap 'echo got USR1' USR1
kill -USR1 $$; echo after
trap 'echo got TERM; x=1' TERM; kill $$; echo "x=$x"
trap '' HUP; kill -HUP $$; echo "HUP ignored"
sh -c 'kill -HUP $$; echo "the child ignores it too"'
trap - USR1; (trap 'echo sub' USR1; kill -USR1 $(sh -c 'echo $PPID'); echo in) 2>/dev/null | cat
sh -c 'kill -TERM $$; echo never'; echo $?
sh -c 'trap "echo bye" EXIT; echo hi'
sh -c 'trap "echo bye; exit 9" EXIT; exit 3'; echo $?
sh -c 'trap "echo bye" EXIT; exit 3'; echo $?
sh -c 'trap "echo int" INT; kill -INT $$; echo continues'
(trap 'echo exit of a subshell' EXIT; echo in it)
sleep 10 & p=$!; kill $p; wait $p; echo $?
(exit 3) & wait $!; echo $?
(sleep 0.05; kill -USR1 $$; sleep 0.5) & trap 'echo interrupted' USR1; wait $!; echo "wait ended: $(($? > 128))"; wait
true & true & wait; echo "all: $?"
wait 99999; echo $?
kill -0 $$; echo $?; kill -0 99999 2>/dev/null; echo $?
trap 'echo leaving' EXIT
echo end
