# programs: ls
# packages: coreutils

mkdir -p a/b/c d
touch a/1 a/b/2 a/b/c/3
ls -R
dir a
ls -d */
