# programs: sha256sum
# packages: coreutils

cat > p << 'END'
Of man's first disobedience, and the fruit
Of that forbidden tree, whose mortal taste
Brought death into the world, and all our woe,
With loss of Eden, till one greater Man
Restore us, and regain the blissful seat,
END
sha256sum p > sums
sha256sum -c sums
echo more >> p
sha256sum -c sums
echo $?
