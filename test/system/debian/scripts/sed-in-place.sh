# programs: sed
# packages: sed, coreutils

cat > c << 'END'
alpha = 1
beta = 22   # second
gamma = alpha + beta
delta = "a.b.c"
END
chmod 640 c
sed -i.bak 's/alpha/ALPHA/g' c
cat c
cat c.bak
sed -i '/beta/{w found
d}' c
cat c found
stat -c %a c
ls
sed -s -n '$p' c c.bak
sed -i s/a/b/ absent
echo $?
