# programs: basename, dirname
# packages: coreutils

basename /a/b.c .c
basename -a x/y z/
basename /
dirname /a/b a / a//b//
basename
