/**
 * The benchmarks: what each one runs, beside which peers, and what its figure is. A goal is what the project wants of it;
 * it is shown and decides nothing.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BROWSER } from './cpu/browser.ts';
import { COMPILER } from './cpu/compiler.ts';
import { DEBIAN } from './cpu/debian.ts';
import { KERNELS } from './cpu/kernels.ts';
import { SHORT } from './cpu/short.ts';
import { SWITCHES } from './cpu/switches.ts';
import { type Contender, inTurn, isThere, type Measured, peakMemory } from './measure.ts';
import { decisionRows } from './schedule/decisions.ts';
import type { Benchmark, Row, Setting } from './setting.ts';

const QEMU = 'qemu-riscv64-static';
const PYTHON = ['/usr/bin/python3', '-S', '-c', 'print(1)'];

function oursAndQemu(
  setting: Setting,
  args: readonly string[],
  options: readonly string[] = [],
): Contender[] {
  const [program = '', ...rest] = args;
  const list: Contender[] = [
    { name: 'polykernel', command: [...setting.ours, 'run', '--no-kept', ...options, '--', ...args] },
  ];
  if (isThere(QEMU))
    list.push({ name: 'qemu-riscv64', command: [QEMU, join(setting.programs, program), ...rest] });
  return list;
}

/** Instructions of a run of ours. */
function instructionsOf(setting: Setting, args: readonly string[], options: readonly string[] = []): number {
  const folder = mkdtempSync(join(tmpdir(), 'polykernel-bench-'));
  try {
    const file = join(folder, 'stats.json');
    inTurn(
      [
        {
          name: 'count',
          command: [...setting.ours, 'run', '--no-kept', '--stats-json', file, ...options, '--', ...args],
        },
      ],
      1,
    );
    return (JSON.parse(readFileSync(file, 'utf8')) as { readonly instructions: number }).instructions;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Millions of guest instructions a second of processor time, start-up of the host's program taken off. */
function speeds(
  benchmark: string,
  measured: readonly Measured[],
  idle: readonly Measured[],
  instructions: number,
  goal: string,
): Row[] {
  const rate = (index: number): number =>
    instructions / 1e6 / Math.max(0.005, (measured[index]?.processor ?? 0) - (idle[index]?.processor ?? 0));
  return measured.map(({ name }, index) => ({
    benchmark,
    contender: name,
    figure: rate(index),
    unit: 'M instructions/s',
    ...(index === 0 ? { goal } : { ratio: rate(index) / rate(0) }),
  }));
}

function times(
  benchmark: string,
  measured: readonly Measured[],
  divisor: number,
  unit: string,
  goal?: string,
): Row[] {
  const scale = unit.startsWith('ms') ? 1e3 : unit.startsWith('us') ? 1e6 : 1;
  const first = measured[0]?.wall ?? 1;
  return measured.map(({ name, wall }, index) => ({
    benchmark,
    contender: name,
    figure: (wall * scale) / divisor,
    unit,
    ...(index === 0 ? (goal === undefined ? {} : { goal }) : { ratio: first / wall }),
  }));
}

/** Each contender's clock time for the first work, less its own for the second. Never less than a microsecond. */
function without(work: readonly Contender[], idle: readonly Contender[], rounds: number): Measured[] {
  const all = inTurn([...work, ...idle], rounds);
  return all.slice(0, work.length).map((one, index) => ({
    ...one,
    wall: Math.max(1e-6, one.wall - (all[work.length + index]?.wall ?? 0)),
  }));
}

/** What a shell does `count` times, less what a shell with nothing to do takes. */
function perRound(setting: Setting, name: string, body: string, count: number, unit: string): Row[] {
  const loop = `i=0; while [ $i -lt ${count} ]; do ${body}; i=$((i+1)); done`;
  const work = oursAndQemu(setting, ['sh', '-c', loop]);
  const idle = oursAndQemu(setting, ['sh', '-c', ':']);
  return times(name, without(work, idle, setting.rounds), count, unit);
}

const MEBIBYTE = 2 ** 20;

/** A file of 1 MiB of the host, mounted read-only, that cat reads and prints again and again. */
function readFile(setting: Setting): Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'polykernel-bench-'));
  try {
    writeFileSync(join(folder, 'file'), new Uint8Array(MEBIBYTE).fill(1));
    const count = Math.round(100 * setting.scale) + 2;
    const cats = (times: number): Contender[] => {
      const ours = oursAndQemu(
        setting,
        ['cat', ...Array<string>(times).fill('/data/file')],
        ['--mount', `${folder}:/data:ro`],
      );
      return ours.map((one) =>
        one.name === 'polykernel'
          ? one
          : { ...one, command: one.command.map((word) => word.replace(/^\/data/, folder)) },
      );
    };
    const measured = without(cats(count), cats(1), setting.rounds);
    return times('read', measured, count - 1, 'us a MiB');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sleepers of one shell: the built-in shell waits before it keeps more than 64 jobs. */
const GROUP = 50;

/** A script whose sleepers all sleep at the same time; it fails when they do not. */
function sleepers(groups: number): string {
  const group = `i=0; while [ $i -lt ${GROUP} ]; do sleep 60 & i=$((i+1)); done; wait`;
  const all = `j=0; while [ $j -lt ${groups} ]; do (${group}) & j=$((j+1)); done`;
  return `${all}; sleep 30; [ $(ps | grep -c ' sleep 60$') -eq ${groups * GROUP} ] || exit 3; wait`;
}

export const BENCHMARKS: readonly Benchmark[] = [
  {
    name: 'integer',
    about: 'a loop of integer instructions: guest instructions a second',
    run: async (setting) => {
      const args = ['primes', String(Math.round(12_000_000 * setting.scale))];
      const instructions = instructionsOf(setting, args);
      const measured = inTurn(oursAndQemu(setting, args), setting.rounds);
      return speeds(
        'integer',
        measured,
        inTurn(oursAndQemu(setting, ['true']), setting.rounds),
        instructions,
        'at least 200',
      );
    },
  },
  {
    name: 'python',
    about: "python3 -S -c 'print(1)' from a Debian root: guest instructions a second",
    lacks: ({ root }) =>
      root === undefined
        ? 'no Debian root: give one by --root (polykernel root debian makes one)'
        : undefined,
    run: async (setting) => {
      const { root = '' } = setting;
      const ours = [...setting.ours, 'run', '--no-kept', '--root', root, '--'];
      const contenders: Contender[] = [{ name: 'polykernel', command: [...ours, ...PYTHON] }];
      if (isThere(QEMU))
        contenders.push({
          name: 'qemu-riscv64',
          command: [QEMU, '-L', root, join(root, PYTHON[0] ?? ''), ...PYTHON.slice(1)],
        });
      const idle = inTurn([{ name: 'polykernel', command: [...ours, '/usr/bin/true'] }], setting.rounds);
      const instructions = instructionsOf(setting, PYTHON, ['--root', root]);
      const measured = inTurn(contenders, setting.rounds);
      return [
        ...speeds('python', measured, idle, instructions, 'at least 80'),
        ...times('python, start to end', measured, 1, 'ms'),
      ];
    },
  },
  {
    name: 'true',
    about: 'the shortest program, from start to end',
    run: async (setting) => {
      const contenders = [
        ...oursAndQemu(setting, ['true']),
        { name: 'node -e 0', command: ['node', '-e', '0'] },
      ];
      return times('true', inTurn(contenders, 2 * setting.rounds), 1, 'ms', 'under 250');
    },
  },
  {
    name: 'sleepers',
    about: 'processes that sleep at the same time: memory of the host',
    run: async (setting) => {
      const groups = Math.max(1, Math.round(20 * setting.scale));
      const count = groups * GROUP;
      const run = [...setting.ours, 'run', '--no-kept', '--pace', 'virtual', '--', 'sh', '-c'];
      const [many, none] = [await peakMemory([...run, sleepers(groups)]), await peakMemory([...run, 'true'])];
      const row = (contender: string, figure: number) => ({
        benchmark: 'sleepers',
        contender,
        figure,
        unit: 'MiB',
      });
      return [{ ...row(`${count} sleepers`, many), goal: 'under 400' }, row('none', none)];
    },
  },
  {
    name: 'null-call',
    about: 'the shortest system call',
    lacks: ({ programs }) =>
      existsSync(join(programs, '../demos/null-call')) ? undefined : 'the program null-call is not built',
    run: async (setting) => {
      const count = Math.round(300_000 * setting.scale) + 1000;
      const demos = join(setting.programs, '../demos');
      const options = ['--mount', `${demos}:/demos:ro`];
      const ours = (calls: number): Contender => ({
        name: 'polykernel',
        command: [...setting.ours, 'run', '--no-kept', ...options, '--', '/demos/null-call', String(calls)],
      });
      const peer = (calls: number): Contender[] =>
        isThere(QEMU)
          ? [{ name: 'qemu-riscv64', command: [QEMU, join(demos, 'null-call'), String(calls)] }]
          : [];
      const measured = without([ours(count), ...peer(count)], [ours(1), ...peer(1)], setting.rounds);
      return times('null-call', measured, count, 'us a call');
    },
  },
  {
    name: 'fork',
    about: 'fork, exit and wait, by a shell',
    run: async (setting) =>
      perRound(setting, 'fork', '(:)', Math.round(500 * setting.scale) + 20, 'us a round'),
  },
  {
    name: 'pipe',
    about: 'a pipeline of two programs: bytes through a pipe',
    run: async (setting) => {
      const bytes = Math.round(20_000_000 * setting.scale);
      const script = `head -c ${bytes} /dev/zero | cat > /dev/null`;
      const [one] = inTurn(oursAndQemu(setting, ['sh', '-c', script]).slice(0, 1), setting.rounds);
      return [
        {
          benchmark: 'pipe',
          contender: 'polykernel',
          figure: bytes / 1e6 / (one?.wall ?? 1),
          unit: 'MB/s',
        },
      ];
    },
  },
  {
    name: 'read',
    about: 'a file of 1 MiB on the host, read and printed by cat',
    run: async (setting) => readFile(setting),
  },
  {
    name: 'decisions',
    about: 'policies on paper: decisions of round robin, and a trace of a million jobs',
    run: async ({ scale }) => decisionRows(scale),
  },
  ...KERNELS,
  BROWSER,
  COMPILER,
  DEBIAN,
  SHORT,
  SWITCHES,
];
