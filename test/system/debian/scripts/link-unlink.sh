# programs: link, unlink
# packages: coreutils

echo x > a
link a b
unlink a
cat b
unlink a
mkdir d
unlink d
echo $?
link b b
