# programs: tar + gzip
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
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -czf x.tgz t
gzip -t x.tgz
echo $?
tar tzf x.tgz | tail -n 3
gzip -dc x.tgz | md5sum
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cjf x.tbz t
tar tf x.tbz | head -n 2
bzip2 -dc x.tbz | md5sum
mkdir o
tar xf x.tgz -C o
tail -n 1 o/t/d/n
head -c 100 x.tgz > cut.tgz
tar tzf cut.tgz
echo $?
