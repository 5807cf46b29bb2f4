# programs: sort + uniq
# packages: coreutils

cat > words << 'END'
a x
b X
a x
a x
c y
b X
END
sort words | uniq -c
sort words | uniq -d
uniq -u words
uniq -f1 -i words
