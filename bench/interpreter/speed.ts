/**
 * Times the interpreter on small programs. Run it with
 *
 *     npx esbuild bench/interpreter/speed.ts --bundle --platform=node --format=esm --outfile=.cache/speed.mjs
 *     node .cache/speed.mjs
 *
 * Both speeds count: of the clock, and of processor time, which other work on the machine disturbs less. The first
 * round is V8's baseline compiler.
 */

import { floatOperation } from '../../src/machine/float/float-operation.ts';
import { HartBlock } from '../../src/machine/layout.ts';
import { assemble } from '../../test/machine/isa/support/assemble.ts';
import { FlatMachine } from '../../test/machine/isa/support/flat-machine.ts';

const CODE = 0x10000;
const DATA = 0x40000;
const BUDGET = 100_000_000;
const ROUNDS = 5;

/** A load, additions, shifts, a store and a branch that is taken. */
const INTEGER: readonly number[] = [
  assemble('lw', { rd: 10, rs1: 8, immediate: 0 }),
  assemble('addi', { rd: 11, rs1: 11, immediate: 1 }),
  assemble('add', { rd: 12, rs1: 12, rs2: 10 }),
  assemble('xor', { rd: 13, rs1: 13, rs2: 12 }),
  assemble('slli', { rd: 14, rs1: 13, immediate: 3 }),
  assemble('sw', { rs1: 8, rs2: 14, immediate: 8 }),
  assemble('srli', { rd: 15, rs1: 14, immediate: 2 }),
  assemble('bne', { rs1: 11, rs2: 9, immediate: -28 }),
];

/** A linear congruential generator whose bits decide two branches nobody can predict, and a call. */
const BRANCHY: readonly number[] = [
  assemble('mul', { rd: 10, rs1: 10, rs2: 12 }),
  assemble('addi', { rd: 10, rs1: 10, immediate: 1013 }),
  assemble('srli', { rd: 13, rs1: 10, immediate: 60 }),
  assemble('andi', { rd: 14, rs1: 13, immediate: 1 }),
  assemble('beq', { rs1: 14, rs2: 0, immediate: 8 }),
  assemble('addi', { rd: 15, rs1: 15, immediate: 1 }),
  assemble('andi', { rd: 14, rs1: 13, immediate: 2 }),
  assemble('bne', { rs1: 14, rs2: 0, immediate: 8 }),
  assemble('jal', { rd: 1, immediate: 8 }),
  assemble('jal', { immediate: -36 }),
  assemble('sd', { rs1: 8, rs2: 1, immediate: 0 }),
  assemble('ld', { rd: 1, rs1: 8, immediate: 0 }),
  assemble('beq', { rs1: 14, rs2: 0, immediate: 8 }),
  assemble('jal', { immediate: -52 }),
  assemble('jalr', { rs1: 1 }),
];

/** Additions and products of doubles, inexact. */
const FLOAT: readonly number[] = [
  assemble('fld', { rd: 1, rs1: 8, immediate: 0 }),
  assemble('fmul.d', { rd: 2, rs1: 1, rs2: 3, rounding: 7 }),
  assemble('fadd.d', { rd: 4, rs1: 2, rs2: 5, rounding: 7 }),
  assemble('fsub.d', { rd: 6, rs1: 4, rs2: 1, rounding: 7 }),
  assemble('fsd', { rs1: 8, rs2: 6, immediate: 8 }),
  assemble('jal', { immediate: -20 }),
];

function time(name: string, program: readonly number[]): void {
  const machine = new FlatMachine({
    floatOperation: (self, operation, a, b, c, rounding) => {
      self.view.setInt32(HartBlock.floatFlags, 0, true);
      return floatOperation(operation, a, b, c, rounding, (flags) => {
        self.view.setInt32(HartBlock.floatFlags, flags, true);
      });
    },
  });
  machine.map(CODE, 16, 1, 'rx');
  machine.map(DATA, 64, 1, 'rw');
  machine.words(CODE, program);
  machine.setX(8, DATA);
  machine.setX(9, -1);
  machine.setX(12, 6364136223846793005n);
  machine.view.setFloat64(machine.place(DATA), 1.1, true);
  machine.setF(3, 0x3ff3333333333333n);
  machine.setF(5, 0x3fb999999999999an);
  machine.pc = CODE;
  for (let round = 0; round < ROUNDS; round += 1) {
    const cpu = process.cpuUsage();
    const start = performance.now();
    machine.run(BUDGET);
    const wall = performance.now() - start;
    const processor = process.cpuUsage(cpu).user / 1000;
    const retired = BUDGET - machine.remaining;
    const speed = (milliseconds: number): string => (retired / milliseconds / 1000).toFixed(0);
    console.log(`${name}: ${speed(wall)} M instructions/s, ${speed(processor)} of processor time`);
  }
}

time('integer', INTEGER);
time('branchy', BRANCHY);
time('float', FLOAT);
