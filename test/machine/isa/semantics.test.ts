/**
 * Corners of instructions' meanings, from the manual. test/system/isa compares all of them with QEMU; here are the
 * ones where mistakes are usual, and the one that QEMU 7.2 gets wrong (ctzw of 0).
 */

import { describe, expect, it } from 'vitest';
import { floatOperation } from '../../../src/machine/float/float-operation.ts';
import { RunExit } from '../../../src/machine/interpreter/exits.ts';
import { TrapCause } from '../../../src/machine/isa/trap-causes.ts';
import { HartBlock } from '../../../src/machine/layout.ts';
import { assemble, type Operands } from './support/assemble.ts';
import { FlatMachine } from './support/flat-machine.ts';

const CODE = 0x10000;
const machine = new FlatMachine({
  floatOperation: (self, operation, a, b, c, rounding) => {
    self.view.setInt32(HartBlock.floatFlags, 0, true);
    return floatOperation(operation, a, b, c, rounding, (flags) => {
      self.view.setInt32(HartBlock.floatFlags, flags, true);
    });
  },
});
machine.map(CODE, 0, 1, 'rx');

/** Executes one instruction. */
function execute(name: string, operands: Operands): number {
  machine.words(0, [assemble(name, operands)]);
  machine.engine.invalidateFrame(0);
  machine.pc = CODE;
  return machine.run(1);
}

function compute(name: string, a: bigint, b = 0n, immediate = 0): bigint {
  machine.setX(11, a);
  machine.setX(12, b);
  expect(execute(name, { rd: 10, rs1: 11, rs2: 12, immediate })).toBe(RunExit.budget);
  return BigInt.asIntN(64, machine.x(10));
}

const MOST_NEGATIVE = -(1n << 63n);
const MOST_NEGATIVE_32 = -(1n << 31n);

describe('integers', () => {
  it.each([
    ['div', 7n, 0n, -1n],
    ['divu', 7n, 0n, -1n],
    ['rem', 7n, 0n, 7n],
    ['remu', 7n, 0n, 7n],
    ['div', MOST_NEGATIVE, -1n, MOST_NEGATIVE],
    ['rem', MOST_NEGATIVE, -1n, 0n],
    ['divw', MOST_NEGATIVE_32, -1n, MOST_NEGATIVE_32],
    ['remw', MOST_NEGATIVE_32, -1n, 0n],
    ['divw', 7n, 1n << 32n, -1n],
    ['remw', (1n << 33n) | 5n, 0n, 5n],
    ['divuw', -1n, 2n, 0x7fffffffn],
    ['remuw', -1n, 0n, -1n],
    ['mulh', MOST_NEGATIVE, MOST_NEGATIVE, 1n << 62n],
    ['mulhu', -1n, -1n, -2n],
    ['mulhsu', -1n, -1n, -1n],
    ['mulw', 0x7fffffffn, 2n, -2n],
    ['sraw', 0xffffffffn, 4n, -1n],
    ['sllw', 1n, 31n, MOST_NEGATIVE_32],
    ['sll', 1n, 64n + 3n, 8n],
    ['sltu', 1n, -1n, 1n],
    ['slt', 1n, -1n, 0n],
    ['addw', 0x7fffffffn, 1n, MOST_NEGATIVE_32],
    ['ctzw', 1n << 40n, 0n, 32n],
    ['clzw', 0n, 0n, 32n],
    ['clz', 0n, 0n, 64n],
    ['cpopw', -1n, 0n, 32n],
    ['orc.b', 0x0100_0080_0000_4000n, 0n, BigInt.asIntN(64, 0xff00_00ff_0000_ff00n)],
    ['rev8', 0x0102030405060708n, 0n, 0x0807060504030201n],
    ['rorw', 1n, 1n, MOST_NEGATIVE_32],
    ['sh3add.uw', -1n, 1n, (0xffffffffn << 3n) + 1n],
    ['zext.h', -1n, 0n, 0xffffn],
    ['bext', 1n << 63n, 63n, 1n],
  ])('%s of %i and %i', (name, a, b, result) => {
    expect(compute(name, a, b)).toBe(result);
  });

  it('keeps x0 at 0', () => {
    machine.setX(11, 5n);
    execute('addi', { rd: 0, rs1: 11, immediate: 1 });
    expect(machine.x(0)).toBe(0n);
    execute('jal', { rd: 0, immediate: 8 });
    expect([machine.x(0), machine.pc]).toEqual([0n, BigInt(CODE + 8)]);
  });

  it('jalr takes its target before it writes its link', () => {
    machine.setX(11, CODE + 101);
    execute('jalr', { rd: 11, rs1: 11, immediate: 0 });
    expect([machine.pc, machine.x(11)]).toEqual([BigInt(CODE + 100), BigInt(CODE + 4)]);
  });
});

const BOX = 0xffffffff00000000n;
const single = (bits: number): bigint => BOX | BigInt(bits);
const CANONICAL_SINGLE = single(0x7fc00000);
const CANONICAL_DOUBLE = 0x7ff8000000000000n;

function computeFloat(name: string, a: bigint, b = 0n, rounding = 0): { bits: bigint; flags: number } {
  machine.view.setInt32(HartBlock.fflags, 0, true);
  machine.setF(11, a);
  machine.setF(12, b);
  expect(execute(name, { rd: 10, rs1: 11, rs2: 12, rounding })).toBe(RunExit.budget);
  const isInteger = /^f(cvt\.[wl]|class|eq|lt|le)/.test(name);
  const flags = machine.view.getInt32(HartBlock.fflags, true);
  return { bits: isInteger ? BigInt.asIntN(64, machine.x(10)) : machine.f(10), flags };
}

describe('floating point', () => {
  it.each([
    ['an unboxed single is the canonical NaN', 'fadd.s', 0x3f800000n, single(0), CANONICAL_SINGLE, 0],
    ['infinities cancel to a NaN', 'fsub.d', 0x7ffn << 52n, 0x7ffn << 52n, CANONICAL_DOUBLE, 16],
    ['1/3 is inexact', 'fdiv.d', 0x3ff0000000000000n, 0x4008000000000000n, 0x3fd5555555555555n, 1],
    ['1/0 divides by zero', 'fdiv.s', single(0x3f800000), single(0), single(0x7f800000), 8],
    ['the least of zeros is negative', 'fmin.d', 0n, 1n << 63n, 1n << 63n, 0],
    ['the greatest of zeros is positive', 'fmax.s', single(0), single(0x80000000), single(0), 0],
    [
      'a number is less than a quiet NaN',
      'fmin.s',
      CANONICAL_SINGLE,
      single(0x3f800000),
      single(0x3f800000),
      0,
    ],
    ['a signalling NaN is invalid', 'fmax.d', 0x7ff0000000000001n, 0n, 0n, 16],
    ['equality is quiet', 'feq.d', CANONICAL_DOUBLE, 0n, 0n, 0],
    ['order is not', 'flt.d', CANONICAL_DOUBLE, 0n, 0n, 16],
    ['a NaN converts to the largest integer', 'fcvt.w.d', CANONICAL_DOUBLE, 0n, 0x7fffffffn, 16],
    ['-1 is no unsigned integer', 'fcvt.wu.s', single(0xbf800000), 0n, 0n, 16],
    ['2^32 - 1 is sign-extended', 'fcvt.wu.d', 0x41efffffffe00000n, 0n, -1n, 0],
    ['class of -infinity', 'fclass.s', single(0xff800000), 0n, 1n, 0],
    ['class of a positive subnormal', 'fclass.d', 1n, 0n, 1n << 5n, 0],
    ['class of a signalling NaN', 'fclass.d', 0x7ff0000000000001n, 0n, 1n << 8n, 0],
    ['class of an unboxed single', 'fclass.s', 0n, 0n, 1n << 9n, 0],
    ['the smallest product underflows', 'fmul.d', 1n, 0x3fe0000000000000n, 0n, 3],
  ] as const)('%s', (_what, name, a, b, bits, flags) => {
    expect(computeFloat(name, a, b)).toEqual({ bits, flags });
  });

  it.each([
    [0, 2n],
    [1, 2n],
    [2, 2n],
    [3, 3n],
    [4, 3n],
  ])('rounds 2.5 in mode %i', (rounding, result) => {
    expect(computeFloat('fcvt.l.d', 0x4004000000000000n, 0n, rounding)).toEqual({ bits: result, flags: 1 });
  });

  it('does the same with inexactness recorded and not', () => {
    const pairs = [
      [0x3ff0000000000000n, 0x3ff0000000000001n],
      [0x4008000000000000n, 0x3fd5555555555555n],
      [0x0010000000000000n, 0x3fe8000000000000n],
    ] as const;
    for (const name of ['fadd.d', 'fsub.d', 'fmul.d', 'fdiv.d']) {
      for (const [a, b] of pairs) {
        const first = computeFloat(name, a, b);
        machine.view.setInt32(HartBlock.fflags, 1, true);
        machine.pc = CODE;
        machine.run(1);
        expect(machine.f(10)).toBe(first.bits);
        expect(machine.view.getInt32(HartBlock.fflags, true)).toBe(first.flags | 1);
      }
    }
  });

  it('a reserved dynamic rounding mode makes an instruction illegal', () => {
    machine.view.setInt32(HartBlock.frm, 5, true);
    const word = assemble('fadd.d', { rounding: 7 });
    expect(execute('fadd.d', { rounding: 7 })).toBe(RunExit.trap);
    expect([machine.trapCause, machine.trapValue]).toEqual([TrapCause.illegalInstruction, BigInt(word)]);
    expect(execute('fadd.d', { rounding: 0 })).toBe(RunExit.budget);
    machine.view.setInt32(HartBlock.frm, 0, true);
  });

  it('loads singles boxed and stores them as they are', () => {
    machine.map(0x40000, 8, 1, 'rw');
    machine.words(8 * 4096, [0x3f800000]);
    machine.setX(8, 0x40000);
    execute('flw', { rd: 5, rs1: 8, immediate: 0 });
    expect(machine.f(5)).toBe(single(0x3f800000));
    machine.setF(6, 0x123456789abcdef0n);
    execute('fsw', { rs2: 6, rs1: 8, immediate: 4 });
    expect(machine.view.getUint32(machine.place(8 * 4096 + 4), true)).toBe(0x9abcdef0);
  });
});
