# programs: diff
# packages: diffutils, patch, coreutils

mkdir -p x/s y/s
echo 1 > x/a
echo 2 > y/a
echo c > x/s/c
cp x/s/c y/s
echo only > y/o
diff -rq x y
diff -r x y
diff -rN x y | tail -n 2
echo $?
printf "\0a" > x/b
printf "\0b" > y/b
diff x/b y/b
echo $?
