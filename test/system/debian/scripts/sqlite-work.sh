# programs: sqlite3
# packages: sqlite3, coreutils

sqlite3 x.db "
create table n(i integer, s text);
with recursive c(i) as (select 1 union all select i+1 from c where i < 3000)
insert into n select i, printf('%05d', i * 7919 % 3001) from c; create index x on n(s);
select i from n where s = '01234';
select sum(i), min(s), max(s) from n;
select s from n order by s desc limit 2;
delete from n where i % 2;
select count(*) from n;
select count(distinct substr(s, 1, 2)) from n;
"
