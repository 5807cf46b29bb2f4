# programs: tar + tar
# packages: tar, gzip, bzip2, coreutils, findutils, sed, diffutils

mkdir -p t/d/e
echo one > t/a
seq 1 500 > t/d/n
ln -s ../a t/d/l
ln t/a t/h
chmod 750 t/d
chmod 4711 t/a
mkfifo t/p
touch -d @1234567 t/a t/d/n
mkdir o
tar cf - t | tar xf - -C o
(
  cd t
  find . | sort
) > 1
(
  cd o/t
  find . | sort
) > 2
cmp 1 2 && echo same
tar cf - t/d | ( cd o && tar tf - ) | sort
tar cf - -C t a d/n | tar tvf - | wc -l
echo junk | tar tf -
echo $?
