# programs: getent, iconv, getconf
# packages: libc-bin, coreutils

getent passwd root nobody
getent group 0
getent passwd no-such
echo $?
getent hosts localhost | tr -s " "
printf "caf\303\251\n" | iconv -f UTF-8 -t LATIN1 | od -c
printf "\351" | iconv -f LATIN1 -t UTF-8
echo
printf "\377" | iconv -f UTF-8 -t ASCII
echo $?
getconf PAGE_SIZE
getconf PATH
getconf LONG_BIT
