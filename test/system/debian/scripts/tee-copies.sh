# programs: tee + cat
# packages: coreutils

echo a | tee x y | cat -n
echo b | tee -a x
cat x y
echo c | tee /nonexistent/z
echo $?
