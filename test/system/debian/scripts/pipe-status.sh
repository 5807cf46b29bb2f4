# programs: yes + true + cat
# packages: coreutils

false | true
echo $?
true | false
echo $?
! true | false
echo $?
( exit 7 ) | ( exit 9 )
echo $?
