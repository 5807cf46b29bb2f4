// Translated code does exactly what the interpreter does, whatever the budgets: registers, memory, cycles, questions
// asked of translation, traps.
import { describe, expect, it } from 'vitest';
import { FRAME_SIZE, HartBlock } from '../../../src/machine/layout.ts';
import { Random } from '../../system/isa/random.ts';
import { assemble } from '../isa/support/assemble.ts';
import { FlatMachine } from '../isa/support/flat-machine.ts';
import { inLockstep, stateOf } from './support/lockstep.ts';

const CODE = 0x10000;
const DATA = 0x40000;

/** Two nested loops with loads, stores, a call and a branch that depends on data; ends in ecall. */
const LOOPS: readonly number[] = [
  assemble('addi', { rd: 9, rs1: 0, immediate: 300 }),
  assemble('addi', { rd: 11, rs1: 0, immediate: 40 }),
  assemble('andi', { rd: 14, rs1: 12, immediate: 0x7f8 }),
  assemble('lw', { rd: 10, rs1: 8, immediate: 4 }),
  assemble('mul', { rd: 12, rs1: 12, rs2: 13 }),
  assemble('add', { rd: 12, rs1: 12, rs2: 10 }),
  assemble('srli', { rd: 15, rs1: 12, immediate: 61 }),
  assemble('bne', { rs1: 15, rs2: 0, immediate: 8 }),
  assemble('jal', { rd: 1, immediate: 32 }),
  assemble('sw', { rs1: 8, rs2: 12, immediate: 4 }),
  assemble('addi', { rd: 11, rs1: 11, immediate: -1 }),
  assemble('bne', { rs1: 11, rs2: 0, immediate: -36 }),
  assemble('addi', { rd: 9, rs1: 9, immediate: -1 }),
  assemble('bne', { rs1: 9, rs2: 0, immediate: -48 }),
  assemble('ecall', {}),
  assemble('ebreak', {}),
  assemble('sd', { rs1: 8, rs2: 1, immediate: 16 }),
  assemble('xori', { rd: 16, rs1: 16, immediate: 5 }),
  assemble('fadd.d', { rd: 2, rs1: 2, rs2: 3, rounding: 7 }),
  assemble('jalr', { rs1: 1 }),
];

/** A function that calls itself, deeper than host calls may nest. */
const RECURSION: readonly number[] = [
  assemble('addi', { rd: 9, rs1: 0, immediate: 60 }),
  assemble('addi', { rd: 10, rs1: 0, immediate: 700 }),
  assemble('jal', { rd: 1, immediate: 16 }),
  assemble('addi', { rd: 9, rs1: 9, immediate: -1 }),
  assemble('bne', { rs1: 9, rs2: 0, immediate: -12 }),
  assemble('ecall', {}),
  assemble('addi', { rd: 8, rs1: 8, immediate: -16 }),
  assemble('sd', { rs1: 8, rs2: 1, immediate: 0 }),
  assemble('addi', { rd: 10, rs1: 10, immediate: -1 }),
  assemble('beq', { rs1: 10, rs2: 0, immediate: 8 }),
  assemble('jal', { rd: 1, immediate: -16 }),
  assemble('ld', { rd: 1, rs1: 8, immediate: 0 }),
  assemble('addi', { rd: 8, rs1: 8, immediate: 16 }),
  assemble('jalr', { rs1: 1 }),
];

/**
 * Two loops that compute in 32 bits, the inner one entered in its middle. The register 10 is wide when the program begins, and where
 * `between` says so before every inner loop.
 */
const wordLoops = (between: number): readonly number[] => [
  assemble('addi', { rd: 9, rs1: 0, immediate: 200 }),
  assemble('addi', { rd: 11, rs1: 0, immediate: 30 }),
  assemble('jal', { rd: 0, immediate: 16 }),
  assemble('addw', { rd: 10, rs1: 10, rs2: 12 }),
  assemble('slliw', { rd: 14, rs1: 10, immediate: 7 }),
  assemble('sraiw', { rd: 15, rs1: 14, immediate: 3 }),
  assemble('xor', { rd: 16, rs1: 10, rs2: 15 }),
  assemble('addi', { rd: 11, rs1: 11, immediate: -1 }),
  assemble('subw', { rd: 12, rs1: 16, rs2: 11 }),
  assemble('sw', { rs1: 8, rs2: 12, immediate: 4 }),
  assemble('lw', { rd: 17, rs1: 8, immediate: 4 }),
  assemble('bne', { rs1: 11, rs2: 0, immediate: -32 }),
  between,
  assemble('addi', { rd: 9, rs1: 9, immediate: -1 }),
  assemble('bne', { rs1: 9, rs2: 0, immediate: -52 }),
  assemble('ecall', {}),
];
const WIDE_AT_FIRST = wordLoops(assemble('bltu', { rs1: 17, rs2: 12, immediate: 4 }));
const WIDE_OFTEN = wordLoops(assemble('mul', { rd: 10, rs1: 10, rs2: 13 }));

function machineOf(
  program: readonly number[],
  translate: boolean,
  stack: number,
  price = 0,
  at = CODE,
): FlatMachine {
  const machine = new FlatMachine({
    translate,
    translationPrice: price,
    countDataAccesses: price > 0,
    floatOperation: (self) => {
      self.view.setInt32(HartBlock.floatFlags, 1, true);
      return 5n;
    },
  });
  machine.map(at - (at % FRAME_SIZE), 16, 3, 'rwx');
  machine.map(DATA, 64, 8, 'rw');
  machine.words(16 * FRAME_SIZE + (at % FRAME_SIZE), program);
  machine.setX(8, DATA + stack);
  machine.setX(13, 6364136223846793005n);
  machine.setX(10, 0x1234_5678_9abcn);
  machine.setF(3, 0x3fb999999999999an);
  machine.pc = at;
  return machine;
}

describe('translated code and the interpreter in lockstep', () => {
  for (const [name, program, stack] of [
    ['loops', LOOPS, 0],
    ['recursion', RECURSION, 4 * FRAME_SIZE],
    ['words, wide at first', WIDE_AT_FIRST, 0],
    ['words, wide often', WIDE_OFTEN, 0],
  ] as const)
    for (const longest of [500, 5000, 100_000])
      for (const price of [0, 3])
        it(`${name}, budgets to ${longest}, translations cost ${price}`, () => {
          const random = new Random(longest + price);
          const [one, other] = [false, true].map((translate) =>
            machineOf(program, translate, stack, price),
          ) as [FlatMachine, FlatMachine];
          inLockstep(one, other, random, longest);
          expect(other.engine.translatorFigures?.regions).toBeGreaterThan(0);
        });

  it('code that lies on two pages, with an instruction across', () => {
    const at = CODE + FRAME_SIZE - 22;
    const [one, other] = [false, true].map((translate) => machineOf(LOOPS, translate, 0, 0, at)) as [
      FlatMachine,
      FlatMachine,
    ];
    inLockstep(one, other, new Random(7), 20_000);
    expect(other.engine.translatorFigures?.regions).toBeGreaterThan(0);
  });

  it('a program that changes its own loop while it runs', () => {
    const program = [
      assemble('addi', { rd: 9, rs1: 0, immediate: 2000 }),
      assemble('addi', { rd: 10, rs1: 10, immediate: 1 }),
      assemble('addi', { rd: 9, rs1: 9, immediate: -1 }),
      assemble('andi', { rd: 11, rs1: 9, immediate: 511 }),
      assemble('bne', { rs1: 11, rs2: 0, immediate: 12 }),
      assemble('add', { rd: 14, rs1: 14, rs2: 15 }),
      assemble('sw', { rs1: 12, rs2: 14, immediate: 4 }),
      assemble('bne', { rs1: 9, rs2: 0, immediate: -24 }),
      assemble('ecall', {}),
    ];
    const machines = [false, true].map((translate) => {
      const machine = machineOf(program, translate, 0);
      machine.setX(12, CODE);
      machine.setX(14, assemble('addi', { rd: 10, rs1: 10, immediate: 1 }));
      machine.setX(15, 1 << 20);
      machine.setX(9, 0);
      return machine;
    }) as [FlatMachine, FlatMachine];
    for (let times = 0; times < 20; times++) {
      for (const machine of machines) machine.pc = CODE;
      inLockstep(...machines, new Random(times), 50_000);
    }
    expect(machines[1].engine.translatorFigures?.invalidations).toBeGreaterThan(0);
  });

  it('caches dropped at any instant change nothing', () => {
    const [one, other] = [false, true].map((translate) => machineOf(LOOPS, translate, 0)) as [
      FlatMachine,
      FlatMachine,
    ];
    for (let round = 0; round < 40; round++) {
      for (const machine of [one, other]) machine.run(5000);
      expect(stateOf(other).split(' ').slice(0, 2)).toEqual(stateOf(one).split(' ').slice(0, 2));
      if (round % 5 === 4) other.engine.dropCaches();
    }
  });
});
