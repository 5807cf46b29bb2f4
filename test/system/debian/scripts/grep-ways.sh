# programs: grep
# packages: grep, coreutils

cat > l << 'END'
10:01 INFO start
10:02 WARN disk 91%
10:03 ERROR disk full: /var
10:04 info retry
10:05 ERROR net (timeout)
END
grep -n ERROR l
grep -ci error l
grep -v -e INFO -e WARN l
grep -o "[0-9]*%" l
grep -A1 -B1 WARN l
grep -w info l
grep -q none l
echo $?
grep -E "(disk|net) (full|\()" l
grep -F "(timeout)" l absent
echo $?
grep -b -m1 E l
