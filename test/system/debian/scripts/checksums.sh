# programs: md5sum, sha1sum, sha224sum, sha256sum, sha384sum, sha512sum, b2sum, cksum, sum
# packages: coreutils

cat > p << 'END'
Of man's first disobedience, and the fruit
Of that forbidden tree, whose mortal taste
Brought death into the world, and all our woe,
With loss of Eden, till one greater Man
Restore us, and regain the blissful seat,
END
for s in md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum cksum sum; do
  $s p
done
cksum -a sm3 p
