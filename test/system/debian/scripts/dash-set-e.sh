# programs: dash
# packages: dash, coreutils

sh -ec "echo a; false; echo b"
echo $?
sh -ec "false || echo saved; if false; then :; fi; ! true; echo end"
echo $?
sh -xc "a=1; b=\$((a+1)); echo \$a \$b" 2>&1
sh -nc "echo never"
echo $?
