# programs: numfmt
# packages: coreutils

numfmt --to=iec 1024 1500000
numfmt --from=si 1K 2.5M
numfmt --to=si --format=%.2f 123456789
echo "a 1000 b" | numfmt --field=2 --to=si
numfmt x
