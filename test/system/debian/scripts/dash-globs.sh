# programs: dash
# packages: dash, coreutils

touch a1 a2 b1 .h 'x y'
echo *
echo a?
echo [!a]*
echo .*h
echo none*
echo '*'
set -f
echo *
set +f
for f in *' '*; do
  echo "$f"
done
