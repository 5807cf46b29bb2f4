# programs: sed
# packages: sed, coreutils

cat > c << 'END'
alpha = 1
beta = 22   # second
gamma = alpha + beta
delta = "a.b.c"
END
sed -n '1!G;h;$p' c
sed ':a;N;$!ba;s/\n/ | /g' c
sed -n 'H;${x;s/\n/,/g;p}' c
echo 12345678 | sed -E ':a;s/([0-9])([0-9]{3})($|,)/\1,\2\3/;ta'
seq 6 | sed 'n;d'
seq 6 | sed '0~3!d'
echo abc | sed 's/./\U&/2;l'
seq 3 | sed '$!{h;d};G;w out'
cat out
