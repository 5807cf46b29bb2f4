# programs: cp
# packages: coreutils

echo x > a
chmod 751 a
touch -d @1000000 a
cp -p a b
stat -c "%a %Y %s" b
umask 077
cp a c
stat -c %a c
cp --preserve=mode a e
stat -c %a e
