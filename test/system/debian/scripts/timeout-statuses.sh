# programs: timeout + sleep
# packages: coreutils

timeout 1 sleep 30
echo $?
timeout -s KILL 1 sleep 30
echo $?
timeout 5 sh -c "exit 3"
echo $?
timeout 1 nonexistent
echo $?
timeout --preserve-status 1 sleep 30
echo $?
timeout x true
echo $?
