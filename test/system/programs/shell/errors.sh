nosuchcommand; echo $?
/nosuch/path; echo $?
/etc; echo $?
sh -c 'echo a; if'; echo $?
sh -c 'echo "unclosed'; echo $?
sh -c 'echo )'; echo $?
sh -c 'for 1 in a; do :; done'; echo $?
sh -c 'echo ${x:?needed}; echo never'; echo $?
sh -c 'set -u; echo $unset; echo never'; echo $?
sh -c 'echo $((1/0)); echo never'; echo $?
sh -c 'cd /nosuch || echo no'
sh -c 'exit 300'; echo $?
sh -c 'false; exit'; echo $?
sh -c 'test 1 -eq x; echo $?' 
sh -c '[ 1 = 1; echo $?'
echo x | false; echo $?
set -x; echo traced "a b"; set +x
