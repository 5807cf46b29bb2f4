# programs: head, tail
# packages: coreutils

cat > poem << 'END'
Of man's first disobedience, and the fruit
Of that forbidden tree, whose mortal taste
Brought death into the world, and all our woe,
With loss of Eden, till one greater Man
Restore us, and regain the blissful seat,
END
cat > other << 'END'
1
2
3
4
5
END
head -n 2 poem other
tail -n +4 poem
tail -c 5 other
head -n -4 poem
