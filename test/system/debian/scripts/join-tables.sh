# programs: join
# packages: coreutils

cat > a << 'END'
1 x
2 y
3 z
END
cat > b << 'END'
1 p
3 q
4 r
END
cat > c << 'END'
u,1
v,2
END
cat > d << 'END'
1,one
2,two
END
join a b
join -a1 -e none -o 0,1.2,2.2 a b
join -v2 a b
join -t, -1 2 -2 1 c d
