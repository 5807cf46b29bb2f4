# programs: tar
# packages: tar, gzip, bzip2, coreutils, findutils, sed

mkdir -p t/d/e
echo one > t/a
seq 1 500 > t/d/n
ln -s ../a t/d/l
ln t/a t/h
chmod 750 t/d
chmod 4711 t/a
mkfifo t/p
touch -d @1234567 t/a t/d/n
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf x.tar t
tar tf x.tar
TZ=UTC tar tvf x.tar --full-time
md5sum < x.tar
