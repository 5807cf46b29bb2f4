# programs: ln, readlink, realpath
# packages: coreutils

mkdir -p d/e
echo t > d/f
ln -s d/f l
ln -s ../f d/e/l
cat l d/e/l
readlink l d/e/l
readlink -f d/e/l
realpath --relative-to=d/e l
ln -s loop loop
cat loop
ln -s nowhere dangling
cat dangling
ls -L dangling
ln -sf d/e l
ln -sfn d l
readlink l
realpath -e dangling
realpath -m /a/../b/./c
