# programs: mkdir
# packages: coreutils

umask 027
mkdir a
mkdir -m 1777 b
mkdir -p c/d/e
mkdir -pm 700 f/g
stat -c "%a %n" a b c c/d/e f f/g
mkdir a
mkdir -v x/y
echo $?
mkdir -v h
