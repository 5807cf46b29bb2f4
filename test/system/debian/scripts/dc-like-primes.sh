# programs: bc + head
# packages: bc, coreutils

echo 'for (n=2; n<200; n++) { p=1; for (d=2; d*d<=n; d++) if (n%d==0) p=0; if (p) n }' | bc | tr '\n' ' '
yes 'x=x+1;x' | head -n 2000 | bc | tail -n 1
