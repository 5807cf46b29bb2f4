# programs: busybox ls, busybox cp, busybox mv, busybox find, busybox stat, busybox ln
# packages: busybox

busybox mkdir -p d/e
echo x > d/a
busybox cp -a d f
busybox mv f/a f/b
busybox ln -s b f/l
busybox ls -R f
busybox find f -type l -exec busybox readlink {} \;;
busybox stat -c '%a %s %F' f/b
busybox touch -d @100 f/b
busybox stat -c %Y f/b
busybox rm -r d
busybox ls
busybox cat absent
echo $?
busybox rmdir f
echo $?
busybox truncate -s 10 t
busybox wc -c t
busybox chmod 600 t
busybox ls -l t | busybox cut -c1-10
busybox cmp t t
echo $?
busybox test -d f
echo $?
