# programs: install
# packages: coreutils

echo x > a
install -m 741 a b
stat -c %a b
install -d -m 750 d/e
stat -c "%a %n" d d/e
install -D a p/q/r
cat p/q/r
install -v -t d a b
install a nowhere/
echo $?
