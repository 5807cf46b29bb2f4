# Each program's usual forms.
rm -rf /tmp/sh-commands; mkdir /tmp/sh-commands; cd /tmp/sh-commands
export LC_ALL=C
printf 'the quick brown\nfox Jumps\n\nover the lazy dog\nthe end\nfoo.bar a+b (x)\n' > t1
seq 1 100 > nums; printf 'b 2\na 10\nc 1\na 9\n' > kv; printf 'a:b:c\nd:e\nnone\n:x:\n' > cols
seq 1 700 | tr '0-4\n' '\000-\004\377' > bin
mkdir -p d/e; touch d/f.c d/e/g.h d/.hid; ln -s f.c d/link
cat t1 nums
head -n 3 t1 nums
tail -n 3 nums
tail -n +98 nums
tail -c 5 nums
tail nums
sort -k2n kv
sort -rn nums
sort -t: -k2,2 cols
sort -u kv kv
grep the t1
grep -n o t1
grep -vc the t1
grep -i JUMPS t1
grep -E 'fox|dog' t1
grep '^the' t1
grep 'g$' t1
grep -o '[a-z]*o[a-z]*' t1
grep 'a+b' t1
grep -E 'a\+b' t1
grep -E '(the|fox) [a-z]{3,5}' t1
grep -F 'a+b' t1
grep '\(o\)v\{1,\}' t1
grep -c 'x*' t1
grep -q zzz t1; echo $?
grep -x 'the end' t1
grep '[[:upper:]]' t1
grep -l the t1 nums
grep '\.' t1
grep -E '^(a|b|c)*$' t1
grep -e fox -n t1
grep -nE '[^a-z ]' t1
cut -d: -f2 cols
cut -d: -f1,3 -s cols
cut -c2-4 t1
tr a-z A-Z < t1
tr -d aeiou < t1
tr -cs 'a-zA-Z' '\n' < t1
tr -s ' ' '_' < t1
tr '[:lower:]' '[:upper:]' < t1
uniq -c kv
sort t1 | uniq -d
seq 1 3 20
seq 5 -1 1
seq -s , 4
wc -l nums
wc -w t1
echo one two | wc -c
basename /a/b/c.txt .txt
basename /a/b/
dirname /a/b/c
dirname x
dirname /x
od -c bin | head -5
od -A x -t x1 bin | tail -5
od -t u2 -N 40 bin
od -t d4 -N 40 bin
od bin | head -4
sha256sum bin t1 nums
cmp t1 nums
cmp t1 t1; echo $?
expr 1 + 2 \* 3
expr 7 / 2
expr abc : 'a.*'
expr 3 \< 10
expr length hello
ls d
ls -a d
ls -1 t1 nums
find d | sort
find d -name '*.c'
find d -type d | sort
find d -type f -exec echo {} \; | sort
find d -type l -maxdepth 1
echo "a 'b c' d" | xargs -n1 echo
seq 3 | xargs -I X echo num X end
xargs echo < kv
printf '%s\n' a b c | tee o1 | cat - o1
date -u -d @86400 '+%Y-%m-%d %H:%M:%S %j %a %b'
date -u -d @1700000000
env -i A=1 B=2 env | sort
test 1 -lt 2; echo $?
[ a = b ]; echo $?
printf '%d %x %o %c %s %5.1f%%\n' 10 255 8 A str 2.55
printf '%b|\n' 'a\tb'
readlink d/link
false; echo $?
mkdir -p m/n/o && ls m/n
rmdir m/n/o; ls m/n
cp t1 t2 && cmp t1 t2 && echo same
cp -r d d2 && find d2 | sort
ln t3 t4 && ls t4
ln -s t3 t5 && readlink t5
touch nf && ls nf
chmod 600 nf && ls -l nf | cut -c1-10
chmod u+x,g=r nf && ls -l nf | cut -c1-10
rm nf t3 t4 t5; ls
yes 2>/dev/null | head -2
yes a b | head -2
head -c 10 nums; echo; head -n 2 -- nums kv
sort -t: -k1,1 cols; sort -k2,2n -k1,1 kv; sort nums | head -n 3; sort -n nums | tail -n 2; sort -r kv; sort -o out kv; cat out
cd /; rm -rf /tmp/sh-commands
