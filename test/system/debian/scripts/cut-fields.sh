# programs: cut
# packages: coreutils

cat > a << 'END'
one:two:three:four
no delimiter
1:2:3:4
END
cut -d: -f1,3- a
cut -c2-4 a
cut -b1 --complement a
cut -d: -f9 -s a
cut -f 0 a
