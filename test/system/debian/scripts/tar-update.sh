# programs: tar
# packages: tar, gzip, bzip2, coreutils, findutils, sed

echo 1 > a
tar cf x.tar a
echo 2 > b
tar rf x.tar b
echo 3 > a
touch -d "+1 hour" a
tar uf x.tar a
tar tf x.tar
tar xOf x.tar a
tar --delete -f x.tar b
tar tf x.tar
tar cf y.tar --exclude="*.o" --transform="s,^,pre/," a
tar tf y.tar
tar cf /dev/null absent
echo $?
tar xf absent.tar
echo $?
