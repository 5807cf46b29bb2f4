# programs: sqlite3
# packages: sqlite3, coreutils

sqlite3 x.db 'create table t(a, b); insert into t values (1, 2), (3, 4)'
sqlite3 x.db 'begin; delete from t; rollback; select count(*) from t'
sqlite3 x.db .dump
sqlite3 x.db .schema
sqlite3 -json x.db 'select * from t'
sqlite3 -line x.db 'select max(a) m from t'
sqlite3 x.db 'pragma integrity_check; pragma page_size; vacuum;
  pragma journal_mode=wal; insert into t values (5, 6); select sum(a) from t'
ls
sqlite3 x.db 'select * from'
echo $?
sqlite3 /nonexistent/x.db 'select 1; create table t(a)'
echo $?
echo junkjunkjunkjunk > bad.db
sqlite3 bad.db .tables
echo $?
