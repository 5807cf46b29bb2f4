# programs: env + sh
# packages: coreutils

env --ignore-signal=TERM sh -c 'kill -TERM $$; echo alive'
env --default-signal=TERM sh -c 'kill -TERM $$; echo dead'
echo $?
env -S 'A=1 sh -c' 'echo $A'
env -C / pwd
