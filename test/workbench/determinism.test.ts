// The same run is the same run: cycles, output and memory, on any number of harts, cut anywhere, and after a snapshot. The
// bill adds up: the total is the sum of counts times prices, and a doubled price moves it by exactly that.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PRIMITIVE_NAMES } from '../../src/contracts/accounting.ts';
import { builtInLayer, memoryLayer } from '../../src/host/node/index.ts';
import {
  type RunReport,
  reportOf,
  resumeSnapshot,
  runToEnd,
  System,
  takeSnapshot,
  withPrices,
} from '../../src/workbench/index.ts';
import { type MachineOptions, partsFor, recordingConsole } from '../support/machine.ts';

const SCRIPT =
  'seq 300 | sort -rn | head -n 3; sleep 0.1; (echo a; echo b) | cat & wait; primes 100 | tail -n 1';
const COMMAND = ['/bin/sh', '-c', SCRIPT];
const MEMORY = 64 * 1024 * 1024;

interface Ended {
  readonly output: string;
  readonly report: RunReport;
}

async function run(options: MachineOptions = {}, stops: readonly number[] = []): Promise<Ended> {
  const console = recordingConsole(new Uint8Array(0));
  const system = System.start(partsFor(builtInLayer(), COMMAND, { memory: MEMORY, ...options }, console));
  for (const maxInstructions of stops) await runToEnd(system, { maxInstructions, realPace: false });
  await runToEnd(system, { maxInstructions: Number.POSITIVE_INFINITY, realPace: false });
  return { output: console.text(1) + console.text(2), report: reportOf(system) };
}

describe('determinism', () => {
  for (const harts of [1, 2, 3, 4])
    it(`gives the same run twice on ${harts} harts, cut or not`, async () => {
      const first = await run({ harts });
      expect(first.output).toContain('300\n299\n298\n');
      expect(first.output).toContain('97\n');
      expect(await run({ harts }, [1_000, 17_321, 17_322, 90_000])).toEqual(first);
    });

  it('gives the same run with the translation caches modelled', async () => {
    const first = await run({ modelTranslation: true });
    expect(first.report.tlbMisses).toBeGreaterThan(0);
    expect(await run({ modelTranslation: true }, [5_000])).toEqual(first);
  });
});

describe('snapshots', () => {
  it('go on to the same end', async () => {
    const whole = await run();
    for (const at of [1, 2_000, 40_000, 123_456].filter((point) => point < whole.report.instructions)) {
      const before = recordingConsole(new Uint8Array(0));
      const parts = partsFor(builtInLayer(), COMMAND, { memory: MEMORY }, before);
      const system = System.start(parts);
      await runToEnd(system, { maxInstructions: at, realPace: false });
      const after = recordingConsole(new Uint8Array(0));
      const resumed = resumeSnapshot(
        takeSnapshot(system),
        partsFor(builtInLayer(), COMMAND, { memory: MEMORY }, after),
      );
      await runToEnd(resumed, { maxInstructions: Number.POSITIVE_INFINITY, realPace: false });
      expect(reportOf(resumed)).toEqual(whole.report);
      expect(before.text(1) + after.text(1) + before.text(2) + after.text(2)).toBe(whole.output);
    }
  });
});

function billOf({ primitives }: RunReport): number {
  return Object.values(primitives).reduce((sum, { count, price }) => sum + count * price, 0);
}

describe('accounting', () => {
  for (const harts of [1, 3])
    it(`adds up on ${harts} harts`, async () => {
      const { report } = await run({ harts, modelTranslation: true });
      expect(billOf(report)).toBe(harts * report.cycles);
      const sum = (figures: object) => Object.values(figures).reduce((a: number, b: number) => a + b, 0);
      expect(sum(report.byCategory)).toBe(harts * report.cycles);
      expect(sum(report.byDomain)).toBe(harts * report.cycles);
      expect(report.byProcess.reduce((total, { cycles }) => total + cycles, 0)).toBe(harts * report.cycles);
    });

  it('moves by exactly what a doubled price says, as long as nothing is preempted', async () => {
    const command = ['/bin/cat', '/proc/self/comm'];
    const priced = async (changes: { readonly [primitive: string]: number }) => {
      const console = recordingConsole(new Uint8Array(0));
      const parts = partsFor(builtInLayer(), command, { memory: MEMORY }, console);
      const system = System.start({ ...parts, profile: withPrices(parts.profile, changes) });
      await runToEnd(system, { maxInstructions: Number.POSITIVE_INFINITY, realPace: false });
      return reportOf(system);
    };
    const base = await priced({});
    for (const name of PRIMITIVE_NAMES) {
      const { count, price } = base.primitives[name];
      if (count === 0 || name === 'idleCycle') continue;
      const doubled = await priced({ [name]: price * 2 });
      expect([name, doubled.cycles - base.cycles]).toEqual([name, count * price]);
    }
  });
});

describe('a run of harts that share memory', () => {
  const program = readFileSync('programs/prebuilt/tests/commotion');
  const layer = memoryLayer([{ path: 'commotion', mode: 0o755, bytes: program }], 'a program');

  async function commotion(harts: number, every: number): Promise<Ended> {
    const console = recordingConsole(new Uint8Array(0));
    const system = System.start(partsFor(layer, ['/commotion'], { memory: MEMORY, harts }, console));
    for (let at = every; ; at += every) {
      const end = await runToEnd(system, { maxInstructions: at, realPace: false });
      if (end.reason === 'ended') break;
    }
    return { output: console.text(1) + console.text(2), report: reportOf(system) };
  }

  it.each([2, 3])('is the same on %i harts however often it is cut', async (harts) => {
    const whole = await commotion(harts, Number.POSITIVE_INFINITY);
    expect(whole.output).toContain('handed on 450 times');
    for (const every of [101, 9_973]) expect(await commotion(harts, every)).toEqual(whole);
  });
});
