# programs: diff + patch
# packages: diffutils, patch, coreutils, sed

cat > o << 'END'
one
two
three
four
five
six
seven
eight
END
cat > n << 'END'
one
2
three
four
five
six
6.5
seven
eight!
END
diff -u o n | patch -s -o - o | cmp - n && echo same
diff -u o n > p
patch o < p
cmp o n && echo same
patch -R o < p
head -n 2 o
sed -i 1d o
patch o < p
cat o | head -n 2
echo z > o
patch -f o < p
echo $?
ls
wc -l < o.rej
patch --dry-run absent < p
echo $?
