// Accesses that are not aligned, and those that lie on two pages, are done by translated code as the interpreter does them; loads do not
// make it leave.
import { describe, expect, it } from 'vitest';
import { FRAME_SIZE } from '../../../src/machine/layout.ts';
import { AT_ONCE } from '../../../src/machine/translator/eagerness.ts';
import { Random } from '../../system/isa/random.ts';
import { assemble } from '../isa/support/assemble.ts';
import { FlatMachine } from '../isa/support/flat-machine.ts';
import { inLockstep } from './support/lockstep.ts';

const CODE = 0x10000;
const DATA = 0x40000;
const ROUNDS = 2000;
const NOTHING = assemble('addi', { rd: 0, rs1: 0, immediate: 0 });

/** Stores and loads of all sizes at 16 places around the end of a page, chosen by a generator of random numbers in x12. */
const AROUND_A_PAGES_END: readonly number[] = [
  assemble('addi', { rd: 9, rs1: 9, immediate: -1 }),
  assemble('mul', { rd: 12, rs1: 12, rs2: 13 }),
  assemble('addi', { rd: 12, rs1: 12, immediate: 77 }),
  assemble('srli', { rd: 14, rs1: 12, immediate: 60 }),
  assemble('add', { rd: 14, rs1: 14, rs2: 8 }),
  assemble('sd', { rs1: 14, rs2: 12, immediate: 0 }),
  assemble('ld', { rd: 15, rs1: 14, immediate: 0 }),
  assemble('addi', { rd: 16, rs1: 14, immediate: 5 }),
  assemble('lw', { rd: 17, rs1: 16, immediate: 0 }),
  assemble('sw', { rs1: 16, rs2: 15, immediate: 0 }),
  assemble('addi', { rd: 18, rs1: 14, immediate: 3 }),
  assemble('lhu', { rd: 19, rs1: 18, immediate: 0 }),
  assemble('sh', { rs1: 18, rs2: 17, immediate: 0 }),
  assemble('add', { rd: 20, rs1: 20, rs2: 15 }),
  assemble('xor', { rd: 20, rs1: 20, rs2: 17 }),
  assemble('add', { rd: 20, rs1: 20, rs2: 19 }),
  assemble('bne', { rs1: 9, rs2: 0, immediate: -64 }),
  assemble('ecall', {}),
];

function machineOf(program: readonly number[], translate: boolean, price: number): FlatMachine {
  const machine = new FlatMachine({
    translate: translate && { ...AT_ONCE, countExits: true },
    translationPrice: price,
    countDataAccesses: price > 0,
  });
  machine.map(CODE, 16, 1, 'rx');
  // Neighbours in the address space that are none in memory.
  machine.map(DATA, 66, 1, 'rw');
  machine.map(DATA + FRAME_SIZE, 64, 1, 'rw');
  machine.words(16 * FRAME_SIZE, program);
  machine.setX(8, DATA + FRAME_SIZE - 12);
  machine.setX(9, ROUNDS);
  machine.setX(13, 6364136223846793005n);
  machine.pc = CODE;
  return machine;
}

function pairOf(program: readonly number[], price: number): [FlatMachine, FlatMachine] {
  return [machineOf(program, false, price), machineOf(program, true, price)];
}

describe('accesses across pages', () => {
  for (const [longest, price] of [
    [50, 0],
    [5000, 0],
    [5000, 3],
    [100_000, 0],
  ] as const)
    it(`budgets to ${longest}, translations cost ${price}`, () => {
      const [one, other] = pairOf(AROUND_A_PAGES_END, price);
      inLockstep(one, other, new Random(longest), longest);
    });

  it('do not leave translated code to load', () => {
    const stores = new Set(['sd', 'sw', 'sh'].map((name) => assemble(name, { rs1: 0, rs2: 0 }) & 0x707f));
    const loading = AROUND_A_PAGES_END.map((word) => (stores.has(word & 0x707f) ? NOTHING : word));
    const [one, other] = pairOf(loading, 0);
    inLockstep(one, other, new Random(2), 100_000);
    expect(other.engine.translatorFigures?.exits?.data).toBeLessThan(20);
  });
});
