# programs: sort
# packages: coreutils

cat > t << 'END'
7 banana 0.25
3 apple 1.10
10 cherry 12
3 apple 0.90
-4 durian 1e2
END
sort -n t
sort -rn -u -k1,1 t
sort -g -k3 t
sort -R t | sort -h
sort -c t
echo $?
