# programs: timeout + sleep
# packages: coreutils

timeout 0.2 sleep 10
echo $?
timeout -s KILL 0.2 sleep 10
echo $?
timeout 5 sh -c "exit 3"
echo $?
timeout 1 nonexistent
echo $?
timeout --preserve-status 0.2 sleep 10
echo $?
timeout x true
echo $?
