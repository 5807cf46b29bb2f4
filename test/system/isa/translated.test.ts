/**
 * Random sequences of instructions, every opcode among them, by the interpreter and by the translator, which translates
 * all of them at once: after each of many budgets, from 1 to 100,000 cycles, registers, float status, memory, traps,
 * cycles left, data accesses counted and the translations asked for must agree. Half of the sequences are loops, so that
 * translated code is entered, left and entered again anywhere. Now and then translations are flushed in both.
 *
 * ISA_SEED draws other sequences; FULL_COMPARISON=1 takes forty times as many.
 */

import { describe, expect, it } from 'vitest';
import { RunExit } from '../../../src/machine/interpreter/exits.ts';
import { FRAME_SIZE, HartBlock } from '../../../src/machine/layout.ts';
import { AT_ONCE } from '../../../src/machine/translator/eagerness.ts';
import { ALL_NAMES } from './generator.ts';
import { Here } from './here.ts';
import { Random } from './random.ts';
import { DATA, listing, makeProgram, type Program, show } from './sequences.ts';

const SEED = Number(process.env.ISA_SEED ?? 20260202);
/** Straight sequences; half as many loops. */
const SEQUENCES = process.env.FULL_COMPARISON === '1' ? 10_000 : 250;
const ENDS = new Set(['ebreak', 'c.ebreak']);
/** Cycles for a loop, and for one in a hundred of them. */
const SHARE = 3000;
const LONG_SHARE = 200_000;

/** From 1 to 100,000, small ones as often as large ones. */
function quantum(random: Random): number {
  const digits = random.between(0, 4);
  return random.between(10 ** digits, 10 ** (digits + 1));
}

/** What a machine shows of itself that both engines must agree on. */
function account(here: Here): Record<string, string> {
  const { machine } = here;
  const cells = [HartBlock.dataAccesses, HartBlock.reservationAddress, HartBlock.reservationWidth];
  return {
    ...show(here.observe()),
    remaining: String(machine.remaining),
    cells: cells.map((cell) => machine.view.getInt32(cell, true)).join(),
    translations: `${machine.translations.length} ${machine.translations.at(-1)}`,
  };
}

// scratch: a pair of machines that do the same
class Pair {
  readonly program: Program;
  readonly interpreted: Here;
  readonly translated: Here;
  retired = 0;
  private readonly random: Random;

  constructor(random: Random, program: Program, options: { price: number; translationPrice: number }) {
    this.random = random;
    this.program = program;
    const shared = {
      instructionPrice: options.price,
      translationPrice: options.translationPrice,
      countDataAccesses: options.translationPrice > 0,
    };
    this.interpreted = new Here(program, { ...shared, translate: false });
    this.translated = new Here(program, { ...shared, translate: AT_ONCE });
  }

  get both(): readonly [Here, Here] {
    return [this.interpreted, this.translated];
  }

  /** Runs a sequence in both until it traps or has had its share of cycles. */
  lockstep(k: number): void {
    const from = this.program.states[k];
    if (from === undefined) throw new RangeError(`no sequence ${k}`);
    for (const here of this.both) here.begin(from);
    const budgets: number[] = [];
    const share = this.random.chance(1) ? LONG_SHARE : SHARE;
    for (let had = 0; had < share; ) {
      const budget = Math.min(quantum(this.random), share);
      budgets.push(budget);
      if (this.step(k, budget, budgets) === RunExit.trap) return;
      had += budget;
    }
  }

  private step(k: number, budget: number, budgets: readonly number[]): number {
    if (this.random.chance(5)) for (const { machine } of this.both) machine.engine.flushSet(0);
    if (this.random.chance(5))
      for (const { machine } of this.both) machine.engine.flushPage(0, DATA + FRAME_SIZE, 0);
    if (this.random.chance(1)) {
      const frame = this.random.between(0, 3);
      for (const { machine } of this.both) machine.engine.invalidateFrame(frame);
    }
    const [exit, other] = this.both.map(({ machine }) => machine.run(budget)) as [number, number];
    this.retired += budget - this.interpreted.machine.remaining;
    const [want, got] = this.both.map(account) as [Record<string, string>, Record<string, string>];
    if (exit === other && JSON.stringify(want) === JSON.stringify(got)) return exit;
    const context = `sequence ${k}, seed ${SEED}, budgets ${budgets.join()}\n${listing(this.program, k)}`;
    expect({ exit: other, ...got }, context).toEqual({ exit, ...want });
    throw new Error('they differ');
  }
}

describe.each([
  { price: 1, translationPrice: 0 },
  { price: 3, translationPrice: 7 },
])('an instruction costs $price cycles, a translation $translationPrice', (options) => {
  for (const asLoops of [false, true])
    it(`the translator does as the interpreter: ${asLoops ? 'loops' : 'sequences'}`, () => {
      const random = new Random(SEED + options.price + (asLoops ? 100 : 0));
      const count = asLoops ? SEQUENCES / 2 : SEQUENCES;
      const program = makeProgram(random, count, asLoops);
      const pair = new Pair(random, program, options);
      for (let k = 0; k < count; k++) pair.lockstep(k);
      const figures = pair.translated.machine.engine.translatorFigures;
      expect(figures?.regions).toBeGreaterThan(count / 2);
      // Half as many sequences, half as sure to have them all.
      if (!asLoops)
        expect(ALL_NAMES.filter((name) => !program.counts.has(name) && !ENDS.has(name))).toEqual([]);
      console.log(`${pair.retired} cycles in ${count}, ${JSON.stringify(figures)}`);
    }, 3_600_000);
});
