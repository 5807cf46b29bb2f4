# programs: env, printenv
# packages: coreutils

env -i B=2 A=1 env | sort
env -i A=1 B=2 printenv B A
printenv NOT_THERE
echo $?
env -u HOME sh -c "echo [\$HOME]"
env A=b nonexistent
echo $?
