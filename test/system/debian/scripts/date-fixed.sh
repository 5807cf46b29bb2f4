# programs: date
# packages: coreutils

date -u -d @0
date -u -d "2024-02-29 +1 year" +%F
date -u -d @1700000000 "+%A %j %U %I:%M %p %s"
TZ=UTC-3 date -d @86399 -R
date -d nonsense
