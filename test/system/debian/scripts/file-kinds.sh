# programs: file
# packages: file, coreutils, gzip

echo text > t
printf '#!/bin/sh\necho\n' > s
gzip -nc t > z
printf '\211PNG\r\n\032\n\0\0\0\rIHDR\0\0\0\020\0\0\0\040\010\006\0\0\0' > p
: > e
mkdir d
ln -s t l
printf '{"a": 1}' > j
printf 'caf\303\251\n' > u
file t s z p e d l j u /dev/null
file -b /bin/dash | cut -d, -f1-2
file -i t u
file absent
file -L l
echo '<?xml version="1.0"?><a/>' | file -
