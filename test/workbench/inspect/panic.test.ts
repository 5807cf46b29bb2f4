// A kernel panic's text: what failed where, for whom; and that damaged tables do not keep it from being written.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../../src/cli/command-line.ts';
import { commands } from '../../../src/cli/commands/index.ts';
import { PAGE_SIZE } from '../../../src/contracts/units.ts';
import { builtInLayer } from '../../../src/host/node/index.ts';
import { KernelRoot, Thread, ThreadState } from '../../../src/kernel/objects.ts';
import {
  inspect,
  inspectableMachine,
  inspectionText,
  panicText,
  runToEnd,
  System,
} from '../../../src/workbench/index.ts';
import { encodeSnapshot, headerIn, pagesIn } from '../../../src/workbench/snapshot-format.ts';
import { partsFor, recordingConsole } from '../../support/machine.ts';

const SCRIPT = 'seq 900 | sort -n | tail -n 1 > /dev/null';
const STOP = 60_000;

/** The innermost kernel frame of a thread that waits for more than time; its address. */
function waitingFrame(system: System): number {
  for (const thread of system.kernel.threads.all()) {
    const { state, frame, firstWaiter } = Thread.at(system.meter.observer, thread);
    if (state === ThreadState.blocked && firstWaiter !== 0 && thread !== rootOf(system).firstThread)
      return frame;
  }
  throw new Error('no thread waits');
}

function rootOf(system: System): ReturnType<typeof KernelRoot.at> {
  return KernelRoot.at(system.meter.observer, system.layout.root);
}

async function failing(spoil: (system: System) => void): Promise<{ system: System; error: unknown }> {
  const console = recordingConsole(new Uint8Array(0));
  const parts = partsFor(builtInLayer(), ['/bin/sh', '-c', SCRIPT], { memory: 16 * 1024 * 1024 }, console);
  const system = System.start(parts);
  await runToEnd(system, { maxInstructions: STOP, realPace: false });
  spoil(system);
  const error = await runToEnd(system, { maxInstructions: Number.POSITIVE_INFINITY, realPace: false }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  return { system, error };
}

describe('the text of a panic', () => {
  it('says which step of which operation failed, for whom', async () => {
    const { system, error } = await failing((spoiled) => {
      const { registry } = spoiled.kernel;
      const service = registry.number('pipes');
      const read = registry.services[service]?.operations.findIndex(
        ({ reference }) => reference.operation === 'read',
      );
      vi.spyOn(spoiled.kernel.codes(service, read ?? -1), 'takeStep').mockImplementation(() => {
        throw new RangeError('a step has thrown');
      });
    });
    vi.restoreAllMocks();
    const text = panicText(system, error);
    expect(text).toMatch(
      /^kernel panic: a step has thrown\n {2}in pipes\.read, at step '\w+', in domain kernel, for thread \d/,
    );
    expect(text).toMatch(
      /kernel stack, innermost frame first\n {2}thread \d+ of process \d+ \(\w+\), in read\n {4}#0 pipes\.read/,
    );
    expect(text).toMatch(/process \d+ \((sort|sh|tail)\): alive/);
    expect(text).toMatch(/a7 +000000000000003f/);
    expect(text).toMatch(/00000073 {2}ecall/);
  });

  it('is written of damaged tables too', async () => {
    const { system, error } = await failing((spoiled) => {
      spoiled.meter.observer.u16[(waitingFrame(spoiled) >>> 1) + 1] = 999;
    });
    const text = panicText(system, error);
    expect(text).toMatch(/^kernel panic: a frame names operation 999 of service \d\n/);
    expect(text).toMatch(/#0 damaged: a frame names operation 999/);
    expect(text).toContain('#1 linux.');
    system.memory.u8.fill(0xff, PAGE_SIZE, 64 * PAGE_SIZE);
    expect(panicText(system, error)).toContain('damaged');
    expect(inspectionText(inspect(system))).toContain('damaged');
  });
});

describe('the command line in a panic', () => {
  const folder = mkdtempSync(join(tmpdir(), 'panic-'));
  const file = join(folder, 'machine.pk');
  const spoiled = join(folder, 'spoiled.pk');
  const kept = join(folder, 'kept.pk');

  beforeAll(async () => {
    const options = ['--memory', '16M', '--snapshot-at', String(STOP), '--snapshot', file];
    expect(await runCommandLine(['run', ...options, '--', 'sh', '-c', SCRIPT], commands)).toBe(0);
    writeFileSync(spoiled, spoil(new Uint8Array(readFileSync(file))));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The snapshot with an operation that does not exist in a kernel stack. */
  function spoil(bytes: Uint8Array): Uint8Array {
    const frame = waitingFrame(inspectableMachine(bytes));
    const header = headerIn(bytes);
    const pages = new Map(pagesIn(bytes, header.memory));
    const page = (pages.get(frame >>> 12) as Uint8Array).slice();
    new DataView(page.buffer).setUint16((frame % PAGE_SIZE) + 2, 999, true);
    pages.set(frame >>> 12, page);
    return encodeSnapshot(header, [...pages.keys()], (number) => pages.get(number) as Uint8Array);
  }

  it('ends with status 70, tells how to look closer, keeps the machine, and shows no stack of the host', async () => {
    let error = '';
    const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      error += String(text);
      return true;
    });
    const status = await runCommandLine(['resume', '--panic-snapshot', kept, spoiled], commands);
    spy.mockRestore();
    expect(status).toBe(70);
    expect(error).toMatch(/^polykernel: kernel panic: a frame names operation 999/);
    expect(error).toMatch(/run --snapshot-at \d+ --snapshot FILE/);
    expect(error).toContain(`The machine as it is now is in ${kept}`);
    expect(error).not.toMatch(/\.ts:\d+/);
    expect(inspectionText(inspect(inspectableMachine(readFileSync(kept))))).toContain('names operation 999');
  });
});
