# programs: comm
# packages: coreutils

cat > a << 'END'
a
b
c
END
cat > b << 'END'
b
c
d
END
cat > c << 'END'
z
a
END
comm a b
comm -12 a b
comm --total -3 a b
comm b c
