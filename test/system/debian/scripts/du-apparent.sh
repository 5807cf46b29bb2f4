# programs: du
# packages: coreutils

mkdir d
head -c 5000 /dev/zero > d/a
head -c 100 /dev/zero > d/b
du -b d/a d/b
du --apparent-size -B1 d/a
du -c -b d/a d/b | tail -n 1
du absent
echo $?
