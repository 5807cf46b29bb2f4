# programs: tr
# packages: coreutils

cat > p << 'END'
Of man's first disobedience, and the fruit
Of that forbidden tree, whose mortal taste
Brought death into the world, and all our woe,
With loss of Eden, till one greater Man
Restore us, and regain the blissful seat,
END
tr a-z A-Z < p
tr -d '[:punct:]' < p
tr -s ' aeiou' '\n*' < p
tr -cd '\n[:upper:]' < p
