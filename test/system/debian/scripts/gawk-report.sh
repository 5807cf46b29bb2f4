# programs: gawk
# packages: gawk, coreutils

cat > l << 'END'
10:01 INFO start
10:02 WARN disk 91%
10:03 ERROR disk full: /var
10:04 info retry
10:05 ERROR net (timeout)
END
gawk -F'[: ]' '{n[$3]++; m+=$2}
  END {PROCINFO["sorted_in"]="@ind_str_asc"
    for (k in n) print k, n[k]
    printf "%d %.3f %s\n", m, m/NR, NR}' l
gawk 'BEGIN {print length("abc"), substr("hello",2,3), index("abc","c"), toupper("x"), sprintf("%05.2f|%-4s|%x", 3.14159, "a", 255)
  print 2^10, 7%3, -7%3, 1e6, 0.1+0.2, 1/3}'
gawk '/ERROR/{print FNR": "$NF}' l
