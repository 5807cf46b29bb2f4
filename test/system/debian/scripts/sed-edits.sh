# programs: sed
# packages: sed, coreutils

cat > c << 'END'
alpha = 1
beta = 22   # second
gamma = alpha + beta
delta = "a.b.c"
END
sed 's/=/:/;s/#.*//' c
sed -n '2,3p;$=' c
sed '/beta/d' c
sed -E 's/^(\w+) = (.*)$/\2 <- \1/' c
sed '1i\top
2a\after
3c\changed' c
sed 'y/abc/xyz/;2q' c
sed -n '/beta/,/delta/{s/a/A/gp}' c
sed 's/a/[&]/2g;s/\./\n/' c
sed --debug -n p /dev/null | head -n 2
sed k c
echo $?
