# programs: base64, base32
# packages: coreutils, diffutils

cat > p << 'END'
Of man's first disobedience, and the fruit
Of that forbidden tree, whose mortal taste
Brought death into the world, and all our woe,
With loss of Eden, till one greater Man
Restore us, and regain the blissful seat,
END
base64 -w 20 p | tee e
base64 -d e | cmp - p && echo same
base32 < p | tail -n 1
echo "!!" | base64 -d
