# programs: which, run-parts
# packages: debianutils, coreutils

which sh ls
which none
echo $?
mkdir p
for n in 2two 1one skip.me; do
  printf "#!/bin/sh\necho $n\n" > p/$n
  chmod +x p/$n
done
printf "#!/bin/sh\nexit 3\n" > p/3bad
chmod +x p/3bad
run-parts --test p
run-parts p
echo $?
