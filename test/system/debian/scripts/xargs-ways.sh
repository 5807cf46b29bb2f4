# programs: xargs + echo
# packages: findutils, coreutils, grep, sed

seq 10 | xargs -n 3 echo
printf 'a b\0c\0' | xargs -0 -n1 echo
printf '%s\n' "q'q" | xargs echo
echo $?
printf 'x y\nz\n' | xargs -I{} echo '<{}>'
seq 4 | xargs -P 1 -L 2 echo
xargs -r echo < /dev/null
xargs echo none < /dev/null
echo 3 | xargs sh -c 'exit $0'
echo $?
echo x | xargs nonexistent
echo $?
echo 255 | xargs sh -c 'exit $0'
echo $?
echo 1 | xargs sh -c 'kill -9 $$'
echo $?
seq 3 | xargs -t true
seq 2000 | xargs -s 1000 echo | wc -l
