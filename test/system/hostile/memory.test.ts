// Programs that ask for memory without end, in every way there is: each gets an error number, or is ended and reported by name
// and size, and the witness beside it never sees a wrong word.
import { describe, expect, it } from 'vitest';
import { builtInLayer } from '../../../src/host/node/index.ts';
import { KernelRoot } from '../../../src/kernel/objects.ts';
import { runToEnd, System } from '../../../src/workbench/index.ts';
import { partsFor, recordingConsole } from '../../support/machine.ts';
import { runBesideWitness } from '../../support/witness.ts';

const MEBIBYTE = 1024 * 1024;
const MEMORY = 16 * MEBIBYTE;
const KILLED = /^polykernel: out of memory: killed process \d+ \(memory-bomb\), which used \d+ pages\n$/;

/** What becomes of each shape: how it ends, what it says, what the machine says. */
const shapes: readonly (readonly [shape: string, end: string, says: RegExp, machine: RegExp])[] = [
  ['touch', 'killed by signal 9', /^$/, KILLED],
  ['ignore', 'killed by signal 9', /^$/, KILLED],
  ['break', 'killed by signal 9', /^$/, KILLED],
  ['read', 'killed by signal 9', /^$/, KILLED],
  ['shared', 'killed by signal 9', /^$/, KILLED],
  ['vfork', 'killed by signal 9', /^$/, KILLED],
  ['crew', 'killed by signal 9', /^$/, KILLED],
  // 8 MiB of stack are RLIMIT_STACK; ENOMEM is 12, EAGAIN 11, ENOSPC 28.
  ['stack', 'killed by signal 11', /^$/, /^$/],
  ['map', 'exit 3', /^map: error 12 after 655\d\d\n$/, /^$/],
  ['pipes', 'exit 3', /^pipes: error 12 after \d+\n$/, /^$/],
  ['file', 'exit 3', /^file: error 28 after \d+\n$/, /^$/],
  ['threads', 'exit 3', /^threads: error 11 after 1\d\d\n$/, /^$/],
];

describe('memory without end', () => {
  for (const harts of [1, 3])
    for (const [shape, ends, says, machine] of shapes)
      it(`${shape} on ${harts} harts: ${ends}`, async () => {
        const run = await runBesideWitness(['/hostile/memory-bomb', shape], { harts, memory: MEMORY });
        expect([run.end, run.status, run.command]).toEqual(['ended', 0, ends]);
        expect(run.stdout).toMatch(says);
        expect(run.stderr).toMatch(machine);
        expect(run.testimony?.checksum).toBe(run.testimony?.expected);
      });

  for (const structure of ['microkernel', 'l4', 'hybrid'])
    it(`touch under ${structure}: killed by signal 9`, async () => {
      const run = await runBesideWitness(['/hostile/memory-bomb', 'touch'], { structure, memory: MEMORY });
      expect([run.end, run.status, run.command]).toEqual(['ended', 0, 'killed by signal 9']);
      expect(run.stderr).toMatch(KILLED);
      expect(run.testimony?.checksum).toBe(run.testimony?.expected);
    });

  it('forks that write to all they share are ended one after the other', async () => {
    const run = await runBesideWitness(['/hostile/memory-bomb', 'fork'], { memory: MEMORY, seconds: 0.05 });
    expect([run.end, run.status]).toEqual(['ended', 0]);
    expect(run.command).toMatch(/^killed by signal 9/);
    for (const line of run.stderr.trimEnd().split('\n')) expect(`${line}\n`).toMatch(KILLED);
    expect(run.testimony?.checksum).toBe(run.testimony?.expected);
  });

  it('ends the main program when that is the one', async () => {
    const console = recordingConsole(new Uint8Array(0));
    const layer = builtInLayer(['bin', 'hostile']);
    const options = { memory: MEMORY };
    const system = System.start(partsFor(layer, ['/hostile/memory-bomb', 'touch'], options, console));
    const end = await runToEnd(system, { maxInstructions: 1e8, realPace: false });
    expect(end).toEqual({ reason: 'ended', status: 9 });
    expect(console.text(2)).toMatch(KILLED);
  });
});

describe('memory comes back', () => {
  /** Frames free at the end of a script that is told how often to do everything. */
  async function freeAfter(rounds: number): Promise<number> {
    const bombs = ['touch', 'shared', 'pipes', 'threads', 'read', 'vfork', 'crew'];
    const script = `i=0; while [ $i -lt ${rounds} ]; do i=$((i + 1)); ${bombs
      .map((shape) => `/hostile/memory-bomb ${shape};`)
      .join(' ')} done; exit 5`;
    const console = recordingConsole(new Uint8Array(0));
    const layer = builtInLayer(['bin', 'hostile']);
    const parts = partsFor(layer, ['/bin/sh', '-c', script], { memory: 8 * MEBIBYTE }, console);
    const system = System.start(parts);
    const end = await runToEnd(system, { maxInstructions: 1e9, realPace: false });
    expect(end).toEqual({ reason: 'ended', status: 5 * 256 });
    return KernelRoot.at(system.meter.observer, system.layout.root).freeCount;
  }

  it('whatever was done before', async () => {
    const once = await freeAfter(2);
    const often = await freeAfter(6);
    // Bills of ended processes may take a few frames more.
    expect(Math.abs(once - often)).toBeLessThan(16);
  });
});
