# programs: timeout + dash
# packages: coreutils

# The signal comes twice, to the command and to its group: the first trap turns the second away.
timeout 1 sh -c 'trap "trap \"\" TERM; echo caught; exit 4" TERM; sleep 30 & wait'
echo $?
timeout --preserve-status 1 sh -c 'trap "trap \"\" TERM; echo caught; exit 4" TERM; sleep 30 & wait'
echo $?
timeout -k 0.5 1 sh -c 'trap "" TERM; sleep 30 & wait; echo ended'
echo $?
