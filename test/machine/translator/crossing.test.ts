// Accesses that are not aligned, and those that lie on two pages, are done by translated code as the interpreter does them, and do not
// make it leave; a function that the interpreter has come out of goes on in its caller's region.
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

/** A function whose call of another one comes back after that one has done what the interpreter alone does. */
const LEAVING_CALLS: readonly number[] = [
  assemble('jal', { rd: 1, immediate: 16 }),
  assemble('addi', { rd: 9, rs1: 9, immediate: -1 }),
  assemble('bne', { rs1: 9, rs2: 0, immediate: -8 }),
  assemble('ecall', {}),
  assemble('addi', { rd: 6, rs1: 1, immediate: 0 }),
  assemble('jal', { rd: 1, immediate: 20 }),
  assemble('addi', { rd: 20, rs1: 20, immediate: 3 }),
  assemble('xori', { rd: 20, rs1: 20, immediate: 85 }),
  assemble('addi', { rd: 1, rs1: 6, immediate: 0 }),
  assemble('jalr', { rs1: 1 }),
  assemble('csrrs', { rd: 21, csr: 0x002, rs1: 0 }),
  assemble('jalr', { rs1: 1 }),
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
      if (longest > 1000) expect(other.engine.translatorFigures?.exits?.data).toBeLessThan(20);
    });
});

describe('a caller that was left', () => {
  it('goes on where the call comes back to', () => {
    const [one, other] = pairOf(LEAVING_CALLS, 0);
    inLockstep(one, other, new Random(1), 100_000);
    const exits = other.engine.translatorFigures?.exits;
    expect(exits?.other).toBeLessThan(20);
  });
});
