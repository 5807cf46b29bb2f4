# programs: busybox seq + busybox xargs + busybox sort
# packages: busybox

busybox seq 20 | busybox xargs -n 5 busybox echo | busybox sort -r | busybox head -n 2
busybox yes | busybox head -n 2
busybox seq 1000 | busybox md5sum
busybox timeout 1 sleep 30
echo $?
busybox sh -c 'kill -TERM $$'
echo $?
busybox env -i A=1 busybox env
busybox sh -c 'echo a | cat; exit 9'
echo $?
