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
tar --sort=name -cf x.tar t
mkdir o
tar xf x.tar -C o
stat -c '%a %F %s %n' o/t/a o/t/d/n o/t/p
stat -c '%a %Y' o/t/d/n
stat -c '%h' o/t/h
readlink o/t/d/l
stat -c '%a' o/t/d
cat o/t/h
tar df x.tar -C o && echo equal
echo changed >> o/t/d/n
touch -d @1 o/t/a
tar df x.tar -C o | sort
tar xf x.tar --strip-components=2 t/d/n
wc -l < n
tar xOf x.tar t/a
tar xf x.tar nope
echo $?
