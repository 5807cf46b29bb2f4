/**
 * Times the interpreter on small loops. Run it with
 *
 *     npx esbuild bench/interpreter/speed.ts --bundle --platform=node --format=esm --outfile=.cache/speed.mjs
 *     node .cache/speed.mjs
 */

import { assemble } from '../../test/machine/isa/support/assemble.ts';
import { FlatMachine } from '../../test/machine/isa/support/flat-machine.ts';

const CODE = 0x10000;
const BUDGET = 100_000_000;
const ROUNDS = 6;

/** lw, add, xor, shifts, sw and a branch back: eight instructions. */
const LOOP: readonly number[] = [
  assemble('lw', { rd: 10, rs1: 8, immediate: 0 }),
  assemble('addi', { rd: 11, rs1: 11, immediate: 1 }),
  assemble('add', { rd: 12, rs1: 12, rs2: 10 }),
  assemble('xor', { rd: 13, rs1: 13, rs2: 12 }),
  assemble('slli', { rd: 14, rs1: 13, immediate: 3 }),
  assemble('sw', { rs1: 8, rs2: 14, immediate: 8 }),
  assemble('srli', { rd: 15, rs1: 14, immediate: 2 }),
  assemble('bne', { rs1: 11, rs2: 9, immediate: -28 }),
];

const machine = new FlatMachine({ ramSize: 1 << 20 });
machine.map(CODE, 16, 1, 'rx');
machine.map(0x40000, 64, 1, 'rw');
machine.words(CODE, LOOP);
machine.setX(8, 0x40000);
machine.setX(9, -1);
machine.pc = CODE;
for (let round = 0; round < ROUNDS; round += 1) {
  const start = performance.now();
  const reason = machine.run(BUDGET);
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `loop: exit ${reason}, ${((BUDGET - machine.remaining) / seconds / 1e6).toFixed(0)} M instructions/s`,
  );
}
