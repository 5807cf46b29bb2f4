# programs: touch, stat
# packages: coreutils

touch -d "2001-02-03 04:05:06.789 UTC" a
stat -c "%X %Y" a
stat -c %.3Y a
touch -r a b
stat -c %Y b
touch -a -d @5 b
stat -c "%X %Y" b
touch -t 197001020000.30 c
TZ=UTC stat -c %y c
touch -c none
ls
test a -ef b
echo $?
test c -ot a
echo $?
