# programs: cmp, diff3, sdiff
# packages: diffutils, patch, coreutils

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
printf abcdef > a
printf abXdeY > b
cmp a b
cmp -l a b
cmp -s a b
echo $?
cmp -n 2 a b
echo $?
cmp -i 3 a b
printf abc > c
cmp a c
echo $?
diff3 -m o o n > m
cmp m n && echo merged
diff3 o n m
sdiff -w 24 -s o n
cmp a absent
echo $?
