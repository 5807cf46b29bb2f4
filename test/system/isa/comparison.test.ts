/**
 * Random sequences of instructions, every opcode among them, here and under QEMU: registers, float status, memory and
 * traps must agree. Here every other sequence runs in slices of random budgets, so that stops fall everywhere, and now
 * and then all caches are dropped.
 *
 * Needs `riscv64-linux-gnu-gcc` and `qemu-riscv64-static`, and fails without them. To repeat a run, or to draw other
 * sequences, set ISA_SEED.
 */

import { beforeAll, describe, expect, it } from 'vitest';
import { ALL_NAMES } from './generator.ts';
import { Here } from './here.ts';
import { readState, STATE_SIZE, writeState } from './machine-state.ts';
import { runUnderQemu } from './native-program.ts';
import { Random } from './random.ts';
import {
  CODE,
  DATA,
  DATA_SIZE,
  listing,
  makeProgram,
  type Program,
  READ_ONLY_SIZE,
  show,
} from './sequences.ts';

const SEED = Number(process.env.ISA_SEED ?? 20260101);
const SEQUENCES = 24_000;
const HEADER_SIZE = 48;

function encode({ code, data, states }: Program): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE + code.length + data.length + states.length * STATE_SIZE);
  const view = new DataView(bytes.buffer);
  [states.length, CODE, code.length, DATA, DATA_SIZE, READ_ONLY_SIZE].forEach((value, i) => {
    view.setBigUint64(i * 8, BigInt(value), true);
  });
  bytes.set(code, HEADER_SIZE);
  bytes.set(data, HEADER_SIZE + code.length);
  states.forEach((state, i) => {
    writeState(view, HEADER_SIZE + code.length + data.length + i * STATE_SIZE, state);
  });
  return bytes;
}
describe('the same instructions here and under QEMU', () => {
  const random = new Random(SEED);
  let program: Program;
  let reference: DataView;

  beforeAll(() => {
    program = makeProgram(random, SEQUENCES);
    const output = runUnderQemu('sequences.c', encode(program));
    expect(output.length).toBe(program.states.length * STATE_SIZE);
    reference = new DataView(output.buffer, output.byteOffset, output.length);
  }, 600_000);

  it('leave the same state', () => {
    const here = new Here(program);
    let retired = 0;
    program.states.forEach((from, k) => {
      const randomSlice = (): number => {
        if (random.chance(3)) here.machine.engine.dropCaches();
        return random.between(1, 9);
      };
      const slice = k % 2 === 0 ? (): number => 1000 : randomSlice;
      const after = here.run(from, slice);
      retired += after.retired;
      const want = readState(reference, k * STATE_SIZE);
      // QEMU reports what its own host does, which beyond 2^47 is not the address.
      if (after.state.address >> 47n !== 0n) want.address = after.state.address;
      const [mine, theirs] = [show(after.state), show(want)];
      if (JSON.stringify(mine) === JSON.stringify(theirs)) return;
      const context = `sequence ${k}, seed ${SEED}\n${listing(program, k)}\nfrom ${JSON.stringify(show(from))}`;
      expect(mine, context).toEqual(theirs);
    });
    expect(retired).toBeGreaterThan(200_000);
    console.log(`${retired} instructions retired in ${program.states.length} sequences`);
  }, 600_000);

  it('cover every instruction', () => {
    const rows = ALL_NAMES.map((name) => `${name} ${program.counts.get(name) ?? 0}`);
    console.log(rows.join(', '));
    expect(ALL_NAMES.filter((name) => (program.counts.get(name) ?? 0) < 10)).toEqual([]);
  });
});
