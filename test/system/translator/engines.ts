// The subject and its reference are one machine: a command runs by the interpreter and by the translator, and everything that
// the machine tells of the two runs must be equal: output, status, instructions, cycles and what they went to, translation
// caches, faults, switches, system calls, and the digest of memory and registers.
import { expect } from 'vitest';
import type { LowerLayer } from '../../../src/contracts/outside.ts';
import type { Eagerness } from '../../../src/machine/translator/eagerness.ts';
import { type MachineOptions, type MachineResult, runInMachine } from '../../support/machine.ts';

/** What is executed for the second time is often translated: a sample is enough, and is taken early. */
export const SOON: Eagerness = {
  distance: 2200,
  samples: 1,
  forRegion: 0,
  forInstruction: 0,
  early: 0,
  share: 0,
  atFirst: 0,
  together: 0,
  patience: 0,
  always: false,
};

/** For programs of hundreds of millions of instructions, most of which are executed seldom. */
export const LATER: Eagerness = {
  distance: 16_000,
  samples: 2,
  forRegion: 0,
  forInstruction: 0,
  early: 0,
  share: 0,
  atFirst: 0,
  together: 300,
  patience: 2,
  always: false,
};

/** A draw of a sample that ENGINES_SEED changes. */
export const SEED = Number(process.env.ENGINES_SEED ?? 20261121);
/** Everything instead of a sample? */
export const WHOLE = process.env.FULL_COMPARISON === '1';

/** Runs a command by both engines, and fails unless they agree. Gives the translator's run. */
export async function byBoth(
  layer: LowerLayer,
  command: readonly string[],
  options: MachineOptions,
  eagerness: Eagerness = SOON,
): Promise<MachineResult> {
  const run = (translate: MachineOptions['translate']) =>
    runInMachine(layer, command, { ...options, translate: translate ?? false });
  const interpreted = await run(false);
  const translated = await run(eagerness);
  expect(seen(translated)).toEqual(seen(interpreted));
  expect(interpreted.translator).toBeUndefined();
  return translated;
}

function seen({ stdout, stderr, status, report }: MachineResult): object {
  return { stdout, stderr, status, report };
}
