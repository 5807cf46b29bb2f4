# programs: dircolors
# packages: coreutils

printf "DIR 01;34\n.tar 01;31\n" > c
dircolors -b c
dircolors -c c
