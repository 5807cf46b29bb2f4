# programs: dash, cat
# packages: dash, coreutils

echo a > f
echo b >> f
cat < f
echo err >&2 2> e
{
  echo out
  echo err >&2
} > o 2>&1
cat o
cat <> f
echo c 1<> f
cat f
set -C
echo d > f
echo $?
echo d >| f
cat f
cat < absent
echo $?
echo x > /nonexistent/y
echo $?
