# programs: busybox rev, busybox nl, busybox fold, busybox cut, busybox sort, busybox uniq, busybox tr, busybox head
# packages: busybox

printf 'b 2\na 1\nb 2\n' > f
for c in rev nl 'sort -u' 'uniq -c' 'cut -d" " -f2' 'head -n1' 'tail -n1' 'tac' 'wc' 'fold -w2' 'paste -s' 'tr a-z A-Z' 'expand' 'od -c' 'hexdump -C' 'cat -A' 'md5sum' 'sha256sum' 'crc32' 'base64' 'strings'; do
  echo "$c:"
  eval busybox $c < f
done
