# programs: ln, stat
# packages: coreutils

echo x > a
ln a b
ln b c
stat -c "%h %s" a
echo more >> b
cat c
rm a
stat -c %h c
ln c c
ln absent d
ln /tmp e
echo $?
