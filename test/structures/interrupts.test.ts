// Interrupts where drivers are servers: the kernel turns each into a message to the driver's thread, and the driver does the
// work in its own domain; in the kernel's domain no message is sent.
import { describe, expect, it } from 'vitest';
import type { OutsideConsole } from '../../src/contracts/outside.ts';
import { builtInLayer, memoryDisk } from '../../src/host/node/index.ts';
import {
  type RunReport,
  reportOf,
  resumeSnapshot,
  runToEnd,
  System,
  takeSnapshot,
} from '../../src/workbench/index.ts';
import { emptyImage } from '../services/files/ext2/image.ts';
import { type MachineOptions, partsFor, recordingConsole } from '../support/machine.ts';

const MEMORY = 64 * 1024 * 1024;
const FOREVER = { maxInstructions: 50_000_000, realPace: false };
const LINES = ['one\n', 'two\n', 'three\n', 'four\n'];
/** Asks for input, sleeps with some of it unread, and asks again. */
const SCRIPT = 'read a; sleep 0.01; read b; echo $a $b; sort';
const READ = 'one two\nfour\nthree\n';

type TextConsole = ReturnType<typeof recordingConsole>;

/** A console whose input comes a line at a time, from a line on. */
function dripping(from = 0): TextConsole & { readonly given: () => number } {
  const console = recordingConsole(new Uint8Array(0));
  let next = from;
  const receive: OutsideConsole['receive'] = (into) => {
    const line = LINES[next];
    if (line === undefined) return -1;
    next += 1;
    into.set(Buffer.from(line));
    return line.length;
  };
  return { ...console, receive, given: () => next };
}

async function ended(options: MachineOptions, console: TextConsole, script = SCRIPT, stops: number[] = []) {
  const parts = partsFor(builtInLayer(), ['/bin/sh', '-c', script], { memory: MEMORY, ...options }, console);
  const system = System.start(parts);
  for (const maxInstructions of stops) await runToEnd(system, { ...FOREVER, maxInstructions });
  const end = await runToEnd(system, FOREVER);
  return { end, output: console.text(1), errors: console.text(2), report: reportOf(system) };
}

/** Messages of the kernel's to a server. */
function sent({ traffic }: RunReport, server: string): number {
  return traffic.find(({ from, to }) => from === 'kernel' && to === server)?.requests ?? 0;
}

const OUTSIDE = ['microkernel', 'l4', 'hybrid:outside=terminal,files'];

describe.each(OUTSIDE)('%s', (structure) => {
  it('sends a message for each interrupt of the console', async () => {
    const { end, output, report } = await ended({ structure }, dripping());
    expect(end).toEqual({ reason: 'ended', status: 0 });
    expect(output).toBe(READ);
    // Four lines, and the end.
    expect(sent(report, 'terminal')).toBeGreaterThanOrEqual(5);
    expect(report.byDomain.terminal).toBeGreaterThan(0);
  });

  it('ends the same when it is cut, with input under way', async () => {
    for (const harts of [2]) {
      const whole = await ended({ structure, harts }, dripping());
      const cuts = [900, 2_500, 4_000].map((at) => Math.min(at, whole.report.instructions - 1));
      expect(await ended({ structure, harts }, dripping(), SCRIPT, cuts)).toEqual(whole);
    }
  });

  it('goes on from a snapshot with what had come', async () => {
    const whole = await ended({ structure }, dripping());
    for (const share of [0.3, 0.8]) {
      const first = dripping();
      const command = ['/bin/sh', '-c', SCRIPT];
      const system = System.start(partsFor(builtInLayer(), command, { structure, memory: MEMORY }, first));
      await runToEnd(system, {
        ...FOREVER,
        maxInstructions: Math.floor(share * whole.report.instructions),
      });
      const second = dripping(first.given());
      const parts = partsFor(builtInLayer(), command, { structure, memory: MEMORY }, second);
      const resumed = resumeSnapshot(takeSnapshot(system), parts);
      expect(await runToEnd(resumed, FOREVER)).toEqual(whole.end);
      expect(first.text(1) + second.text(1)).toBe(READ);
      expect(reportOf(resumed)).toEqual(whole.report);
    }
  });

  it('has a driver again after the terminal has died', async () => {
    const console = dripping();
    const parts = partsFor(builtInLayer(), ['/bin/sh', '-c', SCRIPT], { structure, memory: MEMORY }, console);
    // The first request to the terminal is that to drive the console: it dies before any input.
    const system = System.start({ ...parts, faults: [{ service: 'terminal', kind: 'crash', at: 1 }] });
    expect(await runToEnd(system, FOREVER)).toEqual({ reason: 'ended', status: 0 });
    expect(console.text(2)).toMatch(/terminal server has died[\s\S]*terminal server has been started again/);
    expect(console.text(1)).toBe(READ);
  });
});

it('are no messages where the terminal is in the kernel', async () => {
  const { output, report } = await ended({ structure: 'hybrid' }, dripping());
  expect(output).toBe(READ);
  expect(sent(report, 'terminal')).toBe(0);
});

it('of a disk are messages to the block server, and none to a driver in the kernel', async () => {
  const script = 'seq 20000 > /mnt/disk/a; sync; cat /mnt/disk/a | tail -n 1';
  for (const [structure, isOutside] of [
    ['microkernel', true],
    ['hybrid:outside=files', false],
  ] as const) {
    const disks = [memoryDisk(emptyImage(2048, 1024), 'disk', true)];
    const { output, report } = await ended({ structure, disks }, dripping(), script);
    expect(output).toBe('20000\n');
    if (isOutside) expect(sent(report, 'block')).toBeGreaterThan(2);
    else expect(sent(report, 'block')).toBe(0);
  }
});
