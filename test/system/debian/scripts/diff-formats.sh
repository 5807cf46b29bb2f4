# programs: diff
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
cat > p << 'END'
A b
END
cat > q << 'END'
a  B
END
diff o n
diff -u --label a --label b o n
diff -c --label a --label b o n
diff -e o n
diff -y -W 30 o n
diff -q o n
diff -s o o
diff -i -w p q
echo $?
diff --normal o absent
echo $?
diff -U0 --label x --label y o n
diff --side-by-side --suppress-common-lines -W 40 o n
