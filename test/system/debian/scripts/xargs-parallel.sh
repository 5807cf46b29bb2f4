# programs: xargs + sh + sort
# packages: findutils, coreutils, grep, sed

seq 12 | xargs -P 4 -n 1 sh -c 'echo $(($0 * $0))' | sort -n | tr '\n' ' '
seq 5 | xargs -P 5 -I{} sh -c 'sleep 0.{}; echo {} >>log'
sort log
find /etc -maxdepth 1 -type f -name 'host*' -print0 | sort -z | xargs -0 wc -c
