# programs: sync
# packages: coreutils

echo x > f
sync f
echo $?
sync -d f
sync absent
echo $?
dd if=/dev/zero of=z bs=1k count=4 conv=fsync status=none
stat -c %s z
