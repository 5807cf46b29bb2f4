# programs: test
# packages: coreutils

for e in "1 -lt 2" "a = b" "-z x" "-d /tmp" "-e /nonexistent" "-s /etc/passwd" "5 -ge 5" "! a"; do
  env test $e
  echo "$e: $?"
done
env test 1 -foo 2
echo $?
