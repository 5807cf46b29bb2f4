# programs: dash
# packages: dash, coreutils

nonexistent_command
echo $?
/nonexistent/command
echo $?
/etc/passwd
echo $?
cd /nonexistent
( exit 3 )
echo $?
sh -c "if"
echo $?
sh -c "set -u; echo \$nope"
echo $?
sh -c "echo \${x?message}"
echo $?
sh nofile
echo $?
