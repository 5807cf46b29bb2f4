# programs: find + sort
# packages: findutils, coreutils, grep, sed

mkdir -p a/b/c a/d
echo 12345 > a/f1
: > a/b/f2
head -c 3000 /dev/zero > a/b/c/big
ln -s f1 a/l
ln -s none a/d/broken
chmod 4755 a/f1
touch -d @1000 a/b/f2
for t in "-type d" \
  "-name f*" \
  "-type l" \
  "-empty" \
  "-size +1k" \
  "-perm -4000" \
  "-newer a/b/f2 -type f" \
  "-xtype l" \
  "-path *b/c*" \
  "-maxdepth 1" \
  "-mindepth 3" \
  "! -type d -links 1" \
  "-name b -prune -o -type f -print" \
  "-regex .*/f[12]"; do
  echo "$t:"
  (
    set -f
    find a $t
  ) | sort
done
find a -bad
echo $?
find absent
echo $?
