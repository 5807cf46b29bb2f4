# programs: seq + xargs + touch + ls
# packages: coreutils, sed, findutils

mkdir m
cd m
seq -f file%04g 1 700 | xargs touch
ls | wc -l
ls | md5sum
ls | sed -n 350p
rm file*
ls | wc -l
