# programs: ls
# packages: coreutils

umask 022
echo hi > f
chmod 640 f
touch -d "2020-01-02 03:04:05 UTC" f
ln -s f s
touch -h -d "2020-01-02 03:04:05 UTC" s
TZ=UTC ls -l --time-style=long-iso f s
mkfifo p
chmod 600 p
ls -l p | cut -c1-10
