# programs: python3
# packages: python3, coreutils

import sqlite3
d = sqlite3.connect('x.db')
d.execute('create table t(a integer primary key, b text)')
d.executemany('insert into t(b) values (?)', [('x',), ('y',), (None,)])
d.commit()
print(d.execute('select count(*), max(b), sum(a) from t').fetchone())
d.create_function('twice', 1, lambda v: v * 2)
print([r for r in d.execute('select twice(b) from t where b is not null order by b desc')])
try:
    d.execute('select nope from t')
except sqlite3.OperationalError as e:
    print(e)
with d:
    d.execute('delete from t where a = 1')
d.close()
print(sqlite3.connect('x.db').execute('select * from t').fetchall())
