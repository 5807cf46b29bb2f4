# programs: seq + tr + sort + uniq + tail + head + cut
# packages: coreutils

seq 1 3000 | tr '0-9' 'a-j' | sort -r | uniq | tail -n 2000 | head -n 1500 | cut -c1-3 | sort -u | wc -l
