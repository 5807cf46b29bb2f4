# programs: bash
# packages: bash, coreutils

nonexistent_thing
echo $?
cd /nonexistent
(
  echo $((1/0))
  echo unreached
)
echo $?
bash -c "echo \$((1/0)); echo unreached"
echo $?
bash -uc "echo \$nope"
echo $?
readonly r=1
( r=2 )
echo $?
bash -c "for"
echo $?
./absent
echo $?
kill %1
echo $?
exit 300
