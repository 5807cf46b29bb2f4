# programs: ls
# packages: coreutils

mkdir d
touch d/b d/a d/.h "d/with space"
ln -s a d/l
mkdir d/sub
ls d
ls -a d
ls -F d
ls -Q -m d
ls -1r d
ls -p --group-directories-first d
