// Compared commands that are one program, started without a shell, with its standard input and files.
import type { ComparedCommand } from './command.ts';

const POEM = `Of man's first disobedience, and the fruit
Of that forbidden tree, whose mortal taste
Brought death into the world, and all our woe,
With loss of Eden, till one greater Man
Restore us, and regain the blissful seat,
`;
const TABLE = '7 banana 0.25\n3 apple 1.10\n10 cherry 12\n3 apple 0.90\n-4 durian 1e2\n';

type Given = Pick<ComparedCommand, 'stdin' | 'files'>;

/** `line` is split at spaces: parameters with spaces come in `more`. */
function direct(
  owner: string,
  name: string,
  line: string,
  given: Given = {},
  more: readonly string[] = [],
): ComparedCommand {
  const command = [...line.split(' '), ...more];
  return {
    name,
    packages: [owner],
    programs: [command[0] ?? ''],
    severalProcesses: false,
    command,
    ...given,
  };
}

const JQ_PROGRAM = `
def fib: if . < 2 then . else (. - 1 | fib) + (. - 2 | fib) end;
[range(12) | fib],
(input | paths),
(reduce range(1000) as $i (0; . + $i)),
([limit(3; repeat("x"))] | join("-")),
("test 123" | [match("[0-9]").string], sub("t"; "T"), ascii_upcase, @base64, @uri, explode[0:2]),
(try error("e") catch "caught " + .),
input_line_number`;

const QUERIES = `
create table p(id integer primary key, name text, age int, boss int references p(id));
insert into p values (1,'Ann',50,null),(2,'Bob',40,1),(3,'Cy',30,1),(4,'Di',25,2);
select name, age from p where age > 26 order by age;
select b.name, count(*), avg(a.age) from p a join p b on a.boss = b.id group by b.name order by 1;
with recursive up(n, id) as (
  select name, boss from p where id = 4 union all select p.name, p.boss from up join p on up.id = p.id
) select group_concat(n, ' < ') from up;
select name, rank() over (order by age desc), sum(age) over (order by id) from p;
select json_extract('{"a":[1,2]}', '$.a[1]'), printf('%05.2f', 3.14159), upper('x'), length('héé');
select substr('hello', 2, 3), coalesce(null, 7), 7/2, 7/2.0, 1 = 1.0, typeof(1e3), hex('ab');
select date(0, 'unixepoch'), round(2.567, 1), 9223372036854775807 + 1;
select * from nope;
insert into p values (1, 'dup', 0, null);
.mode box
select * from p limit 2;
.mode csv
.headers on
select * from p where boss is null;
explain query plan select * from p where id = 1;
`;

const PYTHON_EXIT =
  'import sys, atexit; atexit.register(print, "at exit"); print("to stderr", file=sys.stderr); ' +
  'sys.exit(sys.stdin.read().count("x"))';

const COREUTILS: readonly ComparedCommand[] = [
  direct('coreutils', 'echo-words', 'echo -e a\\tb\\n c'),
  direct(
    'coreutils',
    'printf-formats',
    "printf %5d|%-5s|%05.1f|%x|%o|%c|%b|%q\\n 42 ab 3.14159 255 8 z x\\ty it's",
  ),
  direct('coreutils', 'cat-stdin', 'cat -A', { stdin: 'tab\there\nand\u0001control\nno newline' }),
  direct('coreutils', 'cat-numbered', 'cat -ns /tmp/poem -', {
    stdin: '\n\n\nend\n',
    files: { '/tmp/poem': POEM },
  }),
  direct('coreutils', 'tac-lines', 'tac', { stdin: POEM }),
  direct('coreutils', 'nl-styles', 'nl -ba -w3 -s: -v10 -i5', { stdin: 'one\n\ntwo\n' }),
  direct('coreutils', 'head-bytes', 'head -c 20', { stdin: POEM }),
  direct('coreutils', 'wc-all', 'wc /tmp/poem /tmp/other /tmp/absent', {
    files: { '/tmp/poem': POEM, '/tmp/other': 'no newline' },
  }),
  direct('coreutils', 'sort-keys', 'sort -k2,2 -k3,3g', { stdin: TABLE }),
  direct('coreutils', 'fold-words', 'fold -s -w 24', { stdin: POEM }),
  direct('coreutils', 'fmt-paragraph', 'fmt -w 50', { stdin: POEM }),
  direct('coreutils', 'pr-columns', 'pr -t -3 -l 4 -w 30', { stdin: '1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n' }),
  direct('coreutils', 'ptx-index', 'ptx -G -w 60', { stdin: 'the quick brown fox\njumps over\n' }),
  direct('coreutils', 'tsort-order', 'tsort', {
    stdin: 'shirt tie\ntie jacket\ntrousers shoes\ntrousers belt\nbelt jacket\n',
  }),
  direct('coreutils', 'tsort-loop', 'tsort', { stdin: 'a b\nb c\nc a\n' }),
  direct('coreutils', 'shuf-known', 'shuf --random-source=/tmp/seed -i 1-20', {
    files: { '/tmp/seed': 'this is not random at all, but it is long enough for twenty numbers' },
  }),
  direct('coreutils', 'od-forms', 'od -A x -t x1z -t d2 -t c -v', { stdin: 'Hello, world!\n\0\u007f' }),
  direct('coreutils', 'od-floats', 'od -An -t fD', { stdin: '\0\0\0\0\0\0\u0008@' }),
  direct('coreutils', 'seq-floats', 'seq -f %07.3f -s : 1 0.25 3'),
  direct(
    'coreutils',
    'factor-numbers',
    `factor 0 1 97 360360 18446744073709551557 1000000016000000063 ${2n ** 128n} x`,
  ),
  direct('coreutils', 'ls-absent', 'ls /nonexistent /etc/hostname'),
  direct('coreutils', 'tty-none', 'tty', { stdin: 'x' }),
];

const OTHERS: readonly ComparedCommand[] = [
  direct('hello', 'hello', 'hello'),
  direct('hello', 'hello-options', 'hello --greeting=Good-day --nonsense'),
  direct('jq', 'jq-programs', 'jq -c', { stdin: 'null {"a":[1,{"b":2}]}\n' }, [JQ_PROGRAM]),
  direct('busybox', 'busybox-echo', 'busybox echo -e a\\tb'),
  direct('busybox', 'busybox-unknown', 'busybox no-such-applet'),
  direct('python3', 'python-exit', 'python3 -c', { stdin: 'axbxcx\n' }, [PYTHON_EXIT]),
  direct('python3', 'python-syntax-error', 'python3 /tmp/bad.py', {
    files: { '/tmp/bad.py': 'x = 1\nif x\n    print(x)\n' },
  }),
  direct('python3', 'python-script-stdin', 'python3 -', {
    stdin: 'import sys\nprint(sys.argv, __name__)\nfor i in range(3):\n    print(i, end=" ")\nprint()\n',
  }),
  direct('python3', 'python-modules', 'python3 -m pack a b', {
    files: {
      '/tmp/pack/__init__.py': 'NAME = "pack"\n',
      '/tmp/pack/__main__.py':
        'import sys\nfrom . import NAME, other\nprint(NAME, other.double(21), sys.argv[1:])\n',
      '/tmp/pack/other.py': 'def double(x):\n    return 2 * x\n',
    },
  }),
  direct('lua5.4', 'lua-script', 'lua5.4 /tmp/s.lua x y', {
    files: {
      '/tmp/s.lua': `#!/usr/bin/lua5.4
print(#arg, arg[0], arg[1], ...)
local m = require("mod")
print(m.f(4))
local t = nil
print(t.field)
`,
      '/tmp/mod.lua': 'local m = {}\nfunction m.f(x) return x * x end\nreturn m\n',
    },
  }),
  direct('sqlite3', 'sqlite-queries', 'sqlite3 :memory:', { stdin: QUERIES }),
];

export const DIRECT_COMMANDS: readonly ComparedCommand[] = [...COREUTILS, ...OTHERS];
