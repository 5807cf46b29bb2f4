# programs: grep + awk
# packages: grep, mawk
# PCRE compiles the expression to machine code.
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "line %d: %s-%04x %s\n", i, (i % 7 ? "alpha" : "omega"), i * 7919 % 65536, i % 11 ? "x" : "yy" }' > lines
grep -cP '^line (\d+): (?=omega)\w+-([0-9a-f])\2' lines
grep -oP '(?<=omega-)[0-9a-f]{4}(?= yy$)' lines | head -n 5
grep -P '(?i)^LINE (\d)\1\1: ' lines
grep -nP '(a|l|p|h)+-(?:[0-9]{4}) (?!x)' lines | tail -n 3
grep -cP '\b(\w)(\w)?-?.*\1$' lines
grep -P '(?<year>\d{4' lines
echo "status $?"
