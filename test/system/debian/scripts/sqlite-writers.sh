# programs: sqlite3 + sqlite3
# packages: sqlite3, coreutils, sed

sqlite3 x.db 'create table t(a)'
for i in 1 2 3 4; do
  (
    for j in 1 2 3; do
      sqlite3 -cmd '.timeout 20000' x.db "insert into t values ($i$j)"
    done
  ) &
done
wait
sqlite3 x.db 'select count(*), sum(a) from t; pragma integrity_check'
seq 1 200 | sed 's/.*/insert into t values(&);/' | ( echo 'begin;'
cat
echo 'commit; select count(*) from t;' ) | sqlite3 x.db
