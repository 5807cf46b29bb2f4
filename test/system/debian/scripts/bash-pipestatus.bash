# programs: bash + true
# packages: bash, coreutils

false | true | ( exit 3 )
echo ${PIPESTATUS[@]}
set -o pipefail
false | true
echo $?
true | true
echo $?
! false
echo $?
shopt -s lastpipe
echo v | read x
echo $x
