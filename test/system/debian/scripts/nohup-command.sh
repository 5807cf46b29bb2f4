# programs: nohup + sh
# packages: coreutils

nohup sh -c "echo out; kill -HUP \$\$; echo survived" < /dev/null 2> err | cat
cat err
nohup nonexistent
echo $?
