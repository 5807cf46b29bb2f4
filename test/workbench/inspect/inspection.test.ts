// What an inspection shows of a machine stopped in the midst of a pipeline: names where records have numbers, the same from
// a snapshot as from the machine, and without a trace.
import { beforeAll, describe, expect, it } from 'vitest';
import { builtInLayer } from '../../../src/host/node/index.ts';
import {
  type Inspection,
  inspect,
  inspectableMachine,
  inspectionText,
  memoryHash,
  runToEnd,
  System,
  structureNamed,
  takeSnapshot,
} from '../../../src/workbench/index.ts';
import { partsFor, recordingConsole } from '../../support/machine.ts';

const COMMAND = ['/bin/sh', '-c', '(sleep 2; echo late) | cat & seq 30000 | sort -n | tail -n 1; wait'];
const MEMORY = 32 * 1024 * 1024;

async function stoppedMachine(maxInstructions: number): Promise<System> {
  const options = { memory: MEMORY, harts: 2, modelTranslation: true };
  const parts = partsFor(builtInLayer(), COMMAND, options, recordingConsole(new Uint8Array(0)));
  const system = System.start(parts);
  const end = await runToEnd(system, { maxInstructions, realPace: false });
  expect(end.reason).toBe('instructions');
  return system;
}

describe('an inspection', () => {
  let system: System;
  let text: string;

  beforeAll(async () => {
    system = await stoppedMachine(400_000);
    text = inspectionText(inspect(system));
  });

  it('shows processes with what they have open', () => {
    expect(text).toMatch(/^process 2 \(sh\): alive$/m);
    expect(text).toMatch(/^ {2}parent 1, group 2, session 2; threads 2$/m);
    expect(text).toMatch(/^ {2}user 0; group 0$/m);
    expect(text).toMatch(/read end of pipe:\[\d+\]/);
    expect(text).toContain('program /bin/sort, in /');
  });

  it('says what threads wait for', () => {
    expect(text).toMatch(/^thread \d+ \(sleep\) of process \d+: blocked, in kernel, in nanosleep$/m);
    expect(text).toMatch(/waits for time to pass, until cycle [\d,]+/);
    expect(text).toMatch(/waits for bytes in pipe:\[\d+\]/);
    expect(text).toMatch(/waits for a child of process 2 \(sh\)/);
  });

  it('shows kernel stacks by service, operation and step, with locals by name', () => {
    expect(text).toMatch(/#0 pipes\.read, at step '\w+' {2}\(in kernel, by procedure\)/);
    expect(text).toMatch(/request pipe += pipe:\[\d+\]/);
    expect(text).toMatch(/#\d linux\.systemCall, at step 'finish' {2}\(in kernel, by trap\)/);
    expect(text).toMatch(/number = 63$/m);
  });

  it('shows the code that led to where a thread waits', () => {
    expect(text).toMatch(/0x[0-9a-f]+ {2}00000073 {2}ecall\n {2}=> 0x[0-9a-f]+ {2}/);
  });

  it('shows mappings with the pages that are present', () => {
    expect(text).toMatch(/0x10000-0x\w+ +r-x private +\d+ +\d+ +0 {2}\/bin\/sort$/m);
    expect(text).toMatch(/rw- private +\d+ +\d+ +\d+ {2}stack$/m);
    expect(text).toMatch(/page tables: 1 of level 3, .* pages present/);
  });

  it('shows translation caches, queues, memory and pipes', () => {
    expect(text).toMatch(/instructions: \d+ of 64 entries in use/);
    expect(text).toMatch(/policy rr: round robin, quantum/);
    expect(text).toMatch(/^domain of process \d+ \(sort\) +anonymous +\d+$/m);
    expect(text).toMatch(/^pipe:\[\d+\]: 1 read ends, 1 write ends; /m);
    expect(text).not.toContain('damaged');
  });

  it('can be confined to a part and to a process', () => {
    const choice = { parts: ['processes'] as const, process: 2 };
    const found: Inspection = inspect(system, choice);
    expect(Object.keys(found).sort()).toEqual(['machine', 'processes']);
    expect(found.processes).toHaveLength(1);
    const confined = inspectionText(found, choice);
    expect(confined).toContain('process 2 (sh)');
    expect(confined).not.toContain('THREADS');
  });

  it('sums the frames to those in use', () => {
    const { memory } = inspect(system, { parts: ['memory'] });
    if (memory === undefined || 'damaged' in memory || 'damaged' in memory.owned) throw new Error('damaged');
    const used = memory.owned.reduce((sum, { frames }) => sum + frames, 0);
    expect(used).toBe(memory.frames - memory.free);
  });

  it('leaves no trace', async () => {
    const other = await stoppedMachine(400_000);
    expect(memoryHash(system)).toBe(memoryHash(other));
  });

  it('is the same of a snapshot, without the files that were mounted', () => {
    const opened = inspectableMachine(takeSnapshot(system, null));
    expect(inspectionText(inspect(opened))).toBe(text);
    expect(JSON.parse(JSON.stringify(inspect(opened)))).toEqual(JSON.parse(JSON.stringify(inspect(system))));
  });
});

describe('an inspection of servers', () => {
  it('says who serves whom, who waits for a request, and what ports have seen', async () => {
    const options = { memory: MEMORY };
    const parts = partsFor(builtInLayer(), COMMAND, options, recordingConsole(new Uint8Array(0)));
    const system = System.start({ ...parts, structure: structureNamed('microkernel') });
    await runToEnd(system, { maxInstructions: 200_000, realPace: false });
    const text = inspectionText(inspect(system));
    expect(text).toMatch(
      /^thread \d+ of the server processes: blocked, in processes\n {2}serves thread \d+ of process \d+ \(\w+\)/m,
    );
    expect(text).toMatch(/waits for the reply of server thread \d+ of unix/);
    expect(text).toMatch(/^ {2}waits for a request$/m);
    expect(text).toMatch(/^unix +\d+ +\d+ +\d+$/m);
    expect(text).not.toContain('damaged');
  });
});

describe('stopping at a cycle', () => {
  it('comes to the first turn that ends at or after it', async () => {
    const parts = partsFor(builtInLayer(), COMMAND, { memory: MEMORY }, recordingConsole(new Uint8Array(0)));
    const system = System.start(parts);
    const untilCycle = 300_000;
    await runToEnd(system, { maxInstructions: Number.POSITIVE_INFINITY, untilCycle, realPace: false });
    expect(system.executive.elapsed()).toBeGreaterThanOrEqual(untilCycle);
    expect(system.executive.elapsed()).toBeLessThan(untilCycle + 25_000);
  });
});
