# programs: csplit
# packages: coreutils

cat > doc << 'END'
# one
a
# two
b
c
# three
END
csplit -s -z doc '/^#/' '{*}'
head xx*
