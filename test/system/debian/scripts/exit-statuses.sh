# programs: sh + env
# packages: coreutils

for n in 0 1 2 126 127 128 255 256 300; do
  sh -c "exit $n"
  echo $?
done
env nonexistent
echo $?
env /etc/passwd
echo $?
env /tmp
echo $?
