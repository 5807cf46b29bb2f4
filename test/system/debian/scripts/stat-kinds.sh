# programs: stat
# packages: coreutils

echo abc > f
mkdir d
ln -s f l
mkfifo p
stat -c "%F %s %n" f l p
stat -c %F d /dev/null
stat -L -c %F l
stat -c "%t %T" /dev/null /dev/zero
stat absent
echo $?
