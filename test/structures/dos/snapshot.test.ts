// A machine under DOS is memory like any other: snapshots go on to the same end, also while a parent is swapped out.
import { describe, expect, it } from 'vitest';
import {
  inspect,
  inspectionText,
  reportOf,
  resumeSnapshot,
  runToEnd,
  System,
  structureNamed,
  takeSnapshot,
} from '../../../src/workbench/index.ts';
import { partsFor, recordingConsole } from '../../support/machine.ts';
import { programs } from './support.ts';

const COMMAND = ['/demos/load-and-execute', '2'];
const limits = { maxInstructions: Number.POSITIVE_INFINITY, realPace: false };

function machine() {
  const console = recordingConsole(new Uint8Array(0));
  const parts = partsFor(programs, COMMAND, { memory: 32 * 1024 * 1024 }, console);
  return { console, parts: { ...parts, structure: structureNamed('dos') } };
}

describe('snapshots in real memory', () => {
  it('go on to the same end', async () => {
    const whole = machine();
    const reference = System.start(whole.parts);
    await runToEnd(reference, limits);
    const { instructions } = reportOf(reference);
    for (const share of [0.1, 0.4, 0.5, 0.6, 0.9]) {
      const [before, after] = [machine(), machine()];
      const system = System.start(before.parts);
      await runToEnd(system, { ...limits, maxInstructions: Math.floor(instructions * share) });
      const resumed = resumeSnapshot(takeSnapshot(system), after.parts);
      await runToEnd(resumed, limits);
      expect(reportOf(resumed)).toEqual(reportOf(reference));
      expect(before.console.text(1) + after.console.text(1)).toBe(whole.console.text(1));
    }
  });

  it('show the blocks of a program when they are inspected', async () => {
    const { parts } = machine();
    const system = System.start(parts);
    await runToEnd(system, { ...limits, maxInstructions: 100 });
    const text = inspectionText(inspect(system));
    expect(text).toContain('no page tables: addresses are physical');
    expect(text).toMatch(/0x10000-0x1[0-9a-f]{4} +rwx shared .* program\n/);
  });
});
