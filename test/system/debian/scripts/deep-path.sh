# programs: mkdir, rm
# packages: coreutils

p=d
i=0
while [ $i -lt 60 ]; do
  p=$p/directory
  i=$((i+1))
done
mkdir -p $p
echo deep > $p/f
cat $p/f
echo ${#p}
rm -r d
ls
