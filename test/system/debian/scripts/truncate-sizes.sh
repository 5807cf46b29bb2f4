# programs: truncate, stat
# packages: coreutils

echo hello > f
truncate -s 3 f
od -c f
truncate -s +5 f
od -c f
truncate -s %16 f
stat -c %s f
truncate -s "<4" f
stat -c %s f
truncate -r f g
stat -c %s g
truncate -s x f
