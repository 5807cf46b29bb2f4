// Every engine, and runs that are repeated, stopped and resumed, under every structure: the same output, cycles, accounts and memory.
import { describe, expect, it } from 'vitest';
import { builtInLayer } from '../../src/host/node/index.ts';
import { AT_ONCE, type Eagerness } from '../../src/machine/translator/eagerness.ts';
import {
  memoryHash,
  reportOf,
  resumeSnapshot,
  runToEnd,
  STRUCTURES,
  System,
  type SystemParts,
  structureNamed,
  takeSnapshot,
} from '../../src/workbench/index.ts';
import { partsFor, recordingConsole } from '../support/machine.ts';

const COMMAND = ['/bin/sh', '-c', 'read x < /bin/hello; exec /bin/primes 10000'];
const limits = { maxInstructions: 50_000_000, realPace: false };

function machine(structure: string, translate: boolean | Eagerness) {
  const console = recordingConsole(new Uint8Array(0));
  const options = { memory: 32 * 1024 * 1024, modelTranslation: true };
  const parts: SystemParts = { ...partsFor(builtInLayer(), COMMAND, options, console), translate };
  return { console, parts: { ...parts, structure: structureNamed(structure) } };
}

/** All that a run comes to. */
async function ended(system: System, texts: () => string) {
  const end = await runToEnd(system, limits);
  const { processor } = system;
  return {
    figures: processor.translatorFigures,
    whole: { end, text: texts(), report: reportOf(system), memory: memoryHash(system) },
  };
}

async function run(structure: string, translate: boolean | Eagerness) {
  const { console, parts } = machine(structure, translate);
  return ended(System.start(parts), () => console.text(1) + console.text(2));
}

describe.each([...STRUCTURES.map(({ name }) => name), 'microkernel:files=c', 'l4:files=c'])(
  '%s',
  (structure) => {
    it('is the same with translated code, and from a snapshot on the way', async () => {
      const { whole } = await run(structure, false);
      expect(whole.end).toEqual({ reason: 'ended', status: 0 });
      const translated = await run(structure, AT_ONCE);
      expect(translated.whole).toEqual(whole);
      expect(translated.figures?.regions).toBeGreaterThan(0);
      const [first, second] = [machine(structure, AT_ONCE), machine(structure, false)];
      const system = System.start(first.parts);
      await runToEnd(system, { ...limits, maxInstructions: Math.floor(whole.report.instructions / 2) });
      const resumed = resumeSnapshot(takeSnapshot(system), second.parts);
      const texts = () => [first, second].map(({ console }) => console.text(1) + console.text(2)).join('');
      expect((await ended(resumed, texts)).whole).toEqual(whole);
    });
  },
);
