# programs: chown, chgrp
# packages: coreutils

touch f
chown 12:34 f
stat -c "%u %g" f
chown :56 f
chgrp 78 f
stat -c "%u %g" f
ln -s f l
chown -h 1:2 l
stat -c "%u %g" l f
chmod 4755 f
chown 5 f
stat -c %a f
chown no-such-user f
echo $?
