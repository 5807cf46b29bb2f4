// The built-in programs by both engines: under every structure, with the TLB modelled and not, and over snapshots that one
// engine takes and the other goes on with.
import { describe, expect, it } from 'vitest';
import { builtInLayer, memoryLayer } from '../../../src/host/node/index.ts';
import { AT_ONCE, type Eagerness } from '../../../src/machine/translator/eagerness.ts';
import {
  type RunReport,
  reportOf,
  resumeSnapshot,
  runToEnd,
  System,
  takeSnapshot,
} from '../../../src/workbench/index.ts';
import { type MachineOptions, over, partsFor, recordingConsole } from '../../support/machine.ts';
import { Random } from '../isa/random.ts';
import { byBoth, SEED, SOON, WHOLE } from './engines.ts';

const MEMORY = 64 * 1024 * 1024;
const FOREVER = { maxInstructions: Number.POSITIVE_INFINITY, realPace: false };
const layer = over(
  memoryLayer([{ path: 'tmp' }, { path: 'etc/passwd', bytes: Buffer.from('root:x:0:0::/:/bin/sh\n') }]),
  builtInLayer(['bin', 'tests']),
);

const PRIMES = ['primes', '-c', '60000'];
const SORT = ['sortbench', '5000', '2'];
const MANDELBROT = ['mandelbrot', '60', '20'];
const PIPELINE = [
  ...['sh', '-c'],
  'seq 700 | sort -rn | head -n 3; (echo a; echo b) | cat & wait; primes 500 | tail -n 2; ls -l / | wc -l',
];
const KILLED = ['sh', '-c', 'mandelbrot | sha256sum; for i in 1 2 3 4 5; do fib 12; done; kill -9 $$'];
/** Those that write code, and those with signals, threads and faults. */
const CHANGES = ['/tests/code-changes'];
const MAPPINGS = ['/tests/code-mappings'];
const SIGNALS = ['/tests/signals-basic'];
const COMMOTION = ['/tests/commotion'];
const ALONE = [PRIMES, SORT, MANDELBROT, ['mix', '40'], ['fib', '17'], CHANGES];
const TOGETHER = [PIPELINE, KILLED, MAPPINGS, SIGNALS, COMMOTION];

interface Task {
  readonly command: readonly string[];
  readonly structure: string;
  readonly tlb: boolean;
  readonly eagerness?: Eagerness;
}

/** Everything under every structure that can, with the TLB modelled and not. */
function allTasks(): Task[] {
  return ['monolithic', 'microkernel', 'l4', 'hybrid', 'unikernel', 'dos'].flatMap((structure) => {
    const forks = !['unikernel', 'dos'].includes(structure);
    return (forks ? [...ALONE, ...TOGETHER] : ALONE).flatMap((command) =>
      (structure === 'dos' ? [false] : [false, true]).map((tlb) => ({
        command,
        structure,
        tlb,
        eagerness: tlb ? SOON : AT_ONCE,
      })),
    );
  });
}

/** Each structure and each kind of program once. */
function fewTasks(): Task[] {
  return [
    { command: CHANGES, structure: 'monolithic', tlb: false },
    { command: MAPPINGS, structure: 'monolithic', tlb: false, eagerness: AT_ONCE },
    { command: SIGNALS, structure: 'monolithic', tlb: true },
    { command: COMMOTION, structure: 'monolithic', tlb: false },
    { command: PIPELINE, structure: 'microkernel', tlb: false },
    { command: MANDELBROT, structure: 'l4', tlb: true },
    { command: MAPPINGS, structure: 'hybrid', tlb: true },
    { command: SORT, structure: 'unikernel', tlb: true },
    { command: PRIMES, structure: 'dos', tlb: false },
    { command: CHANGES, structure: 'dos', tlb: false },
  ];
}

describe('programs by both engines', () => {
  for (const { command, structure, tlb, eagerness = SOON } of WHOLE ? allTasks() : fewTasks()) {
    const title = `${command.at(-1)?.slice(0, 30)}, ${structure}, TLB ${tlb ? 'on' : 'off'}, ${eagerness.always ? 'at once' : 'soon'}`;
    it(title, async () => {
      const options = { structure, modelTranslation: tlb, memory: MEMORY, harts: tlb ? 2 : 1 };
      const { translator, report } = await byBoth(layer, command, options, eagerness);
      expect(translator?.regions).toBeGreaterThan(0);
      expect(report.tlb === undefined).toBe(!tlb);
    });
  }
});

const POINTS = Number(process.env.SNAPSHOT_POINTS ?? 2);

/** Engines in the order in which they go on with one machine. */
type Shift = readonly MachineOptions['translate'][];

interface Ended {
  readonly output: string;
  readonly status: number;
  readonly report: RunReport;
}

/** Runs a command to its end; at each point another engine goes on with a snapshot of the machine. */
async function inShifts(
  options: MachineOptions,
  command: readonly string[],
  shift: Shift,
  points: readonly number[],
): Promise<Ended> {
  const console = recordingConsole(new Uint8Array(0));
  const parts = (index: number) =>
    partsFor(layer, command, { ...options, translate: shift[index % shift.length] ?? false }, console);
  let system = System.start(parts(0));
  for (const [index, point] of points.entries()) {
    await runToEnd(system, { maxInstructions: point, realPace: false });
    system = resumeSnapshot(takeSnapshot(system), parts(index + 1));
  }
  const end = await runToEnd(system, FOREVER);
  if (end.reason !== 'ended') throw new Error(end.reason);
  return { output: console.text(1) + console.text(2), status: end.status, report: reportOf(system) };
}

describe('snapshots that the other engine goes on with', () => {
  const machines = [
    { structure: 'monolithic', harts: 2, modelTranslation: false, memory: MEMORY },
    { structure: 'microkernel', harts: 1, modelTranslation: true, memory: MEMORY },
  ];
  for (const options of WHOLE ? machines : machines.slice(0, 1))
    it(`end the same: ${options.structure}, ${options.harts} harts, seed ${SEED}`, async () => {
      const random = new Random(SEED);
      const command = ['sh', '-c', '/tests/commotion; primes -c 200000; mandelbrot | sha256sum'];
      const whole = await inShifts(options, command, [false], []);
      expect(whole.output).toContain('signals handled: 25');
      const points = Array.from({ length: POINTS }, () => random.between(1, whole.report.instructions)).sort(
        (a, b) => a - b,
      );
      expect(await inShifts(options, command, [false, SOON], points)).toEqual(whole);
      expect(await inShifts(options, command, [SOON, false], points)).toEqual(whole);
    }, 300_000);
});
