# programs: chmod
# packages: coreutils

touch f
for m in 0 644 u+x g=u o-rwx a+t +s 4755 u=rwx,go=; do
  chmod $m f
  stat -c "%a %A" f
done
chmod -v 600 f
chmod -c 600 f
mkdir d
touch d/x
chmod -R u=rwX,go= d
stat -c %a d d/x
chmod 999 f
chmod 600 absent
echo $?
