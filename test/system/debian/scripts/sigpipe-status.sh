# programs: yes + true
# packages: coreutils

(
  yes 2> /dev/null
  echo $? > s
) | head -n 1
cat s
( trap "" PIPE
yes 2> e
echo $? > s ) | head -n 1
cat s e
