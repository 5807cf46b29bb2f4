# programs: sh + cat
# packages: coreutils

printf "echo no interpreter \$1\n" > a
chmod +x a
./a x
printf "#!/bin/cat\nline\n" > b
chmod +x b
./b
printf "#!/nonexistent\n" > c
chmod +x c
./c
echo $?
: > d
chmod +x d
./d
echo $?
printf "\177ELFjunk" > e
chmod +x e
env ./e
echo $?
printf "#!/bin/echo one two\n" > f
chmod +x f
./f three
PATH=. f
