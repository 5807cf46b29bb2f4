# programs: timeout + sh
# packages: coreutils

timeout 0.5 sh -c 'trap "echo caught; exit 4" TERM; while :; do sleep 0.05; done'
echo $?
timeout -k 0.3 0.5 sh -c 'trap "" TERM; while :; do sleep 0.05; done'
echo $?
