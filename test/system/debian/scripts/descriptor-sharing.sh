# programs: sh + cat
# packages: coreutils

exec 3> out
( echo child 1>&3 )
echo parent 1>&3
sh -c "echo grandchild >&3"
exec 3>&-
cat out
echo x 1>&3
echo $?
(
  echo a
  echo b >&2
) 2>&1 > /dev/null | cat -n
exec 4< out
head -c 3 0<&4
read l 0<&4
echo "[$l]"
