# programs: expr
# packages: coreutils

expr 7 '*' 6
expr 17 % 5 + 1
expr abcdef : 'abc\(.*\)'
expr length hello
expr substr hello 2 3
expr 3 '<' 10
expr 0
echo $?
expr 1 / 0
echo $?
