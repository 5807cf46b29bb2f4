// Counting why translated code is left changes nothing, and names what was next.
import { describe, expect, it } from 'vitest';
import { RunExit } from '../../../src/machine/interpreter/exits.ts';
import { FRAME_SIZE } from '../../../src/machine/layout.ts';
import { AT_ONCE } from '../../../src/machine/translator/eagerness.ts';
import { assemble } from '../isa/support/assemble.ts';
import { FlatMachine } from '../isa/support/flat-machine.ts';

const CODE = 0x10000;
const DATA = 0x40000;
const ROUNDS = 200;

/** Each round: a page that is seldom in the cache, a misaligned word, a system call at the end. */
const PROGRAM: readonly number[] = [
  assemble('addi', { rd: 9, rs1: 0, immediate: ROUNDS }),
  assemble('addi', { rd: 9, rs1: 9, immediate: -1 }),
  assemble('lw', { rd: 10, rs1: 8, immediate: 0 }),
  assemble('lw', { rd: 11, rs1: 8, immediate: 2 }),
  assemble('bne', { rs1: 9, rs2: 0, immediate: -12 }),
  assemble('ecall', {}),
];

function run(countExits: boolean): FlatMachine {
  const machine = new FlatMachine({ translate: { ...AT_ONCE, countExits } });
  machine.map(CODE, 16, 1, 'rx');
  machine.map(DATA, 64, 1, 'rw');
  machine.words(16 * FRAME_SIZE, PROGRAM);
  machine.setX(8, DATA);
  machine.pc = CODE;
  for (let exit: number = RunExit.budget; exit === RunExit.budget; ) exit = machine.run(1_000_000);
  return machine;
}

describe('exits of translated code', () => {
  it('are counted by what was next', () => {
    const exits = run(true).engine.translatorFigures?.exits;
    expect(exits?.data).toBeGreaterThanOrEqual(1);
    expect(exits?.budget).toBe(0);
    expect(exits?.float).toBe(0);
  });

  it('are not counted unless that is asked for, and nothing else depends on it', () => {
    const [counting, plain] = [run(true), run(false)];
    expect(plain.engine.translatorFigures?.exits).toBeUndefined();
    expect([counting.pc, counting.remaining, counting.x(10)]).toEqual([
      plain.pc,
      plain.remaining,
      plain.x(10),
    ]);
  });
});
