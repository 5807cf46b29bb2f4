// A machine with a disk: what its programs leave is in order, computing goes on meanwhile, a snapshot in the midst of a
// transfer goes on to the same end, and every structure leaves the same.
import { describe, expect, it } from 'vitest';
import { builtInLayer, memoryDisk } from '../../src/host/node/index.ts';
import {
  type RunReport,
  reportOf,
  resumeSnapshot,
  runToEnd,
  STRUCTURES,
  System,
  takeSnapshot,
} from '../../src/workbench/index.ts';
import { checkImage, emptyImage } from '../services/files/ext2/image.ts';
import { type MachineOptions, partsFor, recordingConsole } from '../support/machine.ts';

const MEMORY = 64 * 1024 * 1024;
const SCRIPT = [
  'cd /mnt/disk',
  'mkdir a; seq 20000 > a/numbers; cp a/numbers a/copy; mv a/copy moved; ln -s a/numbers link; rm a/numbers',
  'tail -n 1 moved; cat /proc/mounts | grep ext2',
].join('\n');
const FOREVER = { maxInstructions: Number.POSITIVE_INFINITY, realPace: false };

interface Ended {
  readonly output: string;
  readonly report: RunReport;
  readonly contents: Uint8Array;
}

function start(
  contents: Uint8Array,
  options: MachineOptions & { structure?: (typeof STRUCTURES)[number] } = {},
) {
  const console = recordingConsole(new Uint8Array(0));
  const disks = [memoryDisk(contents, 'disk', true)];
  const parts = partsFor(
    builtInLayer(),
    ['/bin/sh', '-c', SCRIPT],
    { memory: MEMORY, disks, ...options },
    console,
  );
  const { structure = parts.structure } = options;
  return { console, parts: { ...parts, structure } };
}

async function run(options: Parameters<typeof start>[1] = {}): Promise<Ended> {
  const contents = emptyImage(2048, 1024);
  const { console, parts } = start(contents, options);
  const system = System.start(parts);
  const end = await runToEnd(system, FOREVER);
  expect(end).toEqual({ reason: 'ended', status: 0 });
  return { output: console.text(1) + console.text(2), report: reportOf(system), contents };
}

const OUTPUT = '20000\n/dev/disk0 /mnt/disk ext2 rw,relatime 0 0\n';

describe('a disk of a machine', () => {
  it('is in order when the machine has ended, and the run is the same every time', async () => {
    const first = await run();
    expect(first.output).toBe(OUTPUT);
    const { faults, paths } = checkImage(first.contents);
    expect(faults).toEqual([]);
    expect([...paths.keys()].sort()).toEqual(['', '/a', '/link', '/moved']);
    const again = await run();
    expect(again.report).toEqual(first.report);
    expect(Buffer.compare(again.contents, first.contents)).toBe(0);
    expect(first.report.disks?.cache.writtenBack).toBeGreaterThan(50);
  });

  it('leaves the same under every structure that has processes', async () => {
    const wanted = checkImage((await run()).contents).paths;
    for (const structure of STRUCTURES.filter(({ refusals }) => refusals === undefined)) {
      const { output, contents } = await run({ structure });
      expect(`${structure.name}: ${output}`).toBe(`${structure.name}: ${OUTPUT}`);
      const { faults, paths } = checkImage(contents);
      expect(faults, structure.name).toEqual([]);
      expect(paths, structure.name).toEqual(wanted);
    }
  });

  it('takes longer when it turns', async () => {
    const quick = await run();
    const slow = await run({ diskModel: 'hp97560' });
    expect(slow.output).toBe(quick.output);
    expect(slow.report.cycles).toBeGreaterThan(2 * quick.report.cycles);
  });

  it('goes on in the midst of a transfer after a snapshot', async () => {
    const whole = await run({ diskModel: 'hp97560' });
    let midst = 0;
    for (let at = 10; at <= 400_000 && midst < 3; at = Math.ceil(at * 3)) {
      const contents = emptyImage(2048, 1024);
      const { parts } = start(contents, { diskModel: 'hp97560' });
      const system = System.start(parts);
      await runToEnd(system, { maxInstructions: at, realPace: false });
      // The instruction count is reached while a program runs; the disk is at work then or is not.
      for (let turn = 0; turn < 40 && system.kernel.devices.next() === Number.POSITIVE_INFINITY; turn++)
        system.executive.run(Number.POSITIVE_INFINITY, 200);
      if (system.kernel.devices.next() === Number.POSITIVE_INFINITY) continue;
      midst += 1;
      const snapshot = takeSnapshot(system);
      const kept = contents.slice();
      const resumed = start(kept, { diskModel: 'hp97560' });
      const later = resumeSnapshot(snapshot, resumed.parts);
      expect(await runToEnd(later, FOREVER)).toEqual({ reason: 'ended', status: 0 });
      expect(Buffer.compare(kept, whole.contents)).toBe(0);
      expect(reportOf(later).cycles).toBe(whole.report.cycles);
      expect(reportOf(later).memoryHash).toBe(whole.report.memoryHash);
    }
    expect(midst).toBeGreaterThan(0);
  });
});
