// Two machines that must do the same, whatever the budgets: the second translates.
import { expect } from 'vitest';
import { RunExit } from '../../../../src/machine/interpreter/exits.ts';
import { HartBlock } from '../../../../src/machine/layout.ts';
import type { Random } from '../../../system/isa/random.ts';
import type { FlatMachine } from '../../isa/support/flat-machine.ts';

/** What follows is not of the architecture. */
const SAVED_TO = HartBlock.floatFlags;

/** Everything that a run may change and that is not only a cache. */
export function stateOf(machine: FlatMachine): string {
  const registers = Buffer.from(machine.bytes.subarray(HartBlock.x, SAVED_TO)).toString('hex');
  const ram = Buffer.from(machine.bytes.subarray(machine.place(0)));
  let hash = 0;
  for (let i = 0; i < ram.length; i += 4) hash = (Math.imul(hash, 31) + ram.readInt32LE(i)) | 0;
  return `${registers} ${hash} ${machine.translations.length}`;
}

/** Runs both with the same random budgets until they trap. */
export function inLockstep(one: FlatMachine, other: FlatMachine, random: Random, longest: number): void {
  for (let round = 0; round < 1_000_000; round++) {
    const budget = random.between(0, longest);
    const exits = [one, other].map((machine) => machine.run(budget));
    expect(exits[1]).toBe(exits[0]);
    expect(other.remaining).toBe(one.remaining);
    expect(other.pc).toBe(one.pc);
    if (round % 64 === 0 || exits[0] !== RunExit.budget) expect(stateOf(other)).toBe(stateOf(one));
    if (exits[0] !== RunExit.budget) return;
  }
  throw new Error('it does not end');
}
