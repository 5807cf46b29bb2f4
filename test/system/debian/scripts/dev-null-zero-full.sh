# programs: head, cat
# packages: coreutils

head -c 5 /dev/zero | od -c
cat /dev/null | wc -c
echo x > /dev/full
echo $?
cat /etc/hostname > /dev/full
echo $?
head -c 100 /dev/urandom | wc -c
