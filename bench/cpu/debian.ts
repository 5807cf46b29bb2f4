/** Debian's own programs on some seconds of real work, from start to end: the translator's work is in it. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contender, inTurn, isThere } from '../measure.ts';
import {
  type Benchmark,
  checkOutputs,
  geometricMeans,
  milliseconds,
  type Row,
  type Setting,
} from '../setting.ts';
import { ours, QEMU } from './contenders.ts';

const PACKAGES = ['gzip', 'xz-utils', 'sqlite3', 'lua5.4', 'perl', 'python3'];
const PROGRAMS = ['gzip', 'xz', 'sqlite3', 'lua5.4', 'perl', 'python3'];
const MEGABYTE = 1_000_000;

interface Work {
  readonly name: string;
  /** The program in the root; `/data/` in parameters is where the files are. */
  readonly command: (scale: number) => readonly string[];
}

const times = (count: number, scale: number): number => Math.max(1, Math.round(count * scale));

const sql = (rows: number): string => `
create table t(id integer primary key, name text, value int);
with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows})
insert into t select i, 'name ' || (i * 7919 % 1000), i * 31 % 4093 from n;
create index by_value on t(value);
select count(*), sum(value), max(name) from t where value between 100 and 2000;
select name, count(*), avg(value) from t group by name order by 3 desc, 1 limit 5;
select count(*) from t a join t b on a.value = b.id where b.name like '%7%';
select id from t where value = 17 order by id desc limit 3;`;

const LUA = (n: number): string => `
local words, text = {}, {}
for i = 1, ${n} do local w = 'w' .. (i * 7919 % 9973); words[w] = (words[w] or 0) + i; text[#text + 1] = w end
local keys = {} for k in pairs(words) do keys[#keys + 1] = k end table.sort(keys)
local s = table.concat(text, ' ') local long = 0
for w in s:gmatch('w%d+5') do long = long + #w end
print(#keys, keys[17], words[keys[17]], long)`;

const PERL = (n: number): string => `
my (%seen, @list); for my $i (1 .. ${n}) { my $w = 'w' . ($i * 7919 % 9973); $seen{$w} += $i; push @list, $w }
my $text = join ' ', @list; my $found = () = $text =~ /w\\d*5\\b/g; $text =~ s/w(\\d)(\\d)/$2$1/g;
my @keys = sort { $seen{$a} <=> $seen{$b} || $a cmp $b } keys %seen; print "$found $keys[17] ", length $text, "\\n"`;

const PYTHON = (n: number): string => `
import re, json
seen = {}
for i in range(${n}):
    w = 'w%d' % (i * 7919 % 9973)
    seen[w] = seen.get(w, 0) + i
class Node:
    def __init__(self, key): self.key, self.left, self.right = key, None, None
    def add(self, key):
        at = self
        while at.key != key:
            side = 'left' if key < at.key else 'right'
            if getattr(at, side) is None: setattr(at, side, Node(key))
            at = getattr(at, side)
root = Node('w5')
for w in seen: root.add(w)
text = json.dumps(sorted(seen.items()))
print(len(seen), len(re.findall(r'w\\d*5"', text)), sum(x for _, x in json.loads(text)))`;

const WORKS: readonly Work[] = [
  { name: 'gzip 20 MB', command: () => ['/usr/bin/gzip', '-c', '/data/text'] },
  { name: 'gunzip 20 MB', command: () => ['/usr/bin/gzip', '-dc', '/data/text.gz'] },
  { name: 'xz -1 20 MB', command: () => ['/usr/bin/xz', '-1', '-T1', '-c', '/data/text'] },
  { name: 'sqlite3', command: (scale) => ['/usr/bin/sqlite3', ':memory:', sql(times(100_000, scale))] },
  { name: 'lua', command: (scale) => ['/usr/bin/lua5.4', '-e', LUA(times(1_000_000, scale))] },
  { name: 'perl', command: (scale) => ['/usr/bin/perl', '-e', PERL(times(1_000_000, scale))] },
  { name: 'python3', command: (scale) => ['/usr/bin/python3', '-S', '-c', PYTHON(times(500_000, scale))] },
];

/** Lines that compress as text does: words of a small dictionary, numbers in between. */
function sampleText(bytes: number): Buffer {
  const syllables = ['ka', 'lo', 'mi', 'nu', 're', 'sta', 'ver', 'tion', 'ing', 'qua', 'phe', 'o'];
  let state = 1;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const words = Array.from({ length: 3000 }, () =>
    Array.from({ length: 1 + next(3) }, () => syllables[next(syllables.length)]).join(''),
  );
  const lines: string[] = [];
  for (let size = 0; size < bytes; size += lines.at(-1)?.length ?? 1) {
    const count = 6 + next(8);
    const line = Array.from({ length: count }, () =>
      next(12) === 0 ? String(next(100_000)) : words[Math.min(next(3000), next(3000))],
    );
    lines.push(`${line.join(' ')}\n`);
  }
  return Buffer.from(lines.join('').slice(0, bytes));
}

function contendersOf(setting: Setting, root: string, folder: string, { command }: Work): Contender[] {
  const words = command(setting.scale);
  const options = ['--root', root, '--mount', `${folder}:/data:ro`];
  const [program = '', ...rest] = words.map((word) =>
    word.startsWith('/data/') ? folder + word.slice(5) : word,
  );
  const interpreted = [...setting.ours, 'run', ...options, '--engine', 'interpreter', '--', ...words];
  return [
    ...ours(setting, words, options),
    { name: 'polykernel, interpreter', command: interpreted },
    ...(isThere(QEMU)
      ? [{ name: 'qemu-riscv64', command: [QEMU, '-L', root, join(root, program), ...rest] }]
      : []),
  ];
}

async function run(setting: Setting): Promise<Row[]> {
  const { root = '' } = setting;
  const folder = mkdtempSync(join(tmpdir(), 'polykernel-bench-'));
  try {
    const { gzipSync } = await import('node:zlib');
    const text = sampleText(times(20 * MEGABYTE, setting.scale));
    writeFileSync(join(folder, 'text'), text);
    writeFileSync(join(folder, 'text.gz'), gzipSync(text));
    const rows = WORKS.flatMap((work) => {
      const measured = inTurn(contendersOf(setting, root, folder, work), setting.rounds);
      checkOutputs(work.name, measured);
      return milliseconds(work.name, measured, setting.time);
    });
    return [...rows, ...geometricMeans('cpu-debian, geometric mean', rows)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const DEBIAN: Benchmark = {
  name: 'cpu-debian',
  about: "Debian's gzip, xz, sqlite3, lua, perl and python3 at work",
  lacks: ({ root }) =>
    root !== undefined && PROGRAMS.every((program) => existsSync(join(root, 'usr/bin', program)))
      ? undefined
      : `no Debian root with ${PROGRAMS.join(', ')}: give one by --root (polykernel root debian --packages ${PACKAGES.join(',')})`,
  run,
};
