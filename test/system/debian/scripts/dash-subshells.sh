# programs: dash + dash
# packages: dash, coreutils

x=1
(
  x=2
  cd /
  echo $x
  pwd
)
echo $x
pwd
{
  x=3
}
echo $x
echo piped | read x
echo $x
( exit 5 ) || echo $?
x=$(x=6; echo $x)$x
echo $x
(
  umask 077
  umask
)
umask
