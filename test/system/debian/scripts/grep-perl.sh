# programs: grep
# packages: grep, coreutils

cat > l << 'END'
10:01 INFO start
10:02 WARN disk 91%
10:03 ERROR disk full: /var
10:04 info retry
10:05 ERROR net (timeout)
END
grep -oP "(?<=disk )\w+(?=:)" l
grep -P "^\d\d:0[135] (?!INFO)" l
grep -Po "(\d)\d:(\d)\2?" l
grep -P "(" l
echo $?
