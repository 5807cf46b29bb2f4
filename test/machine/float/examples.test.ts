/**
 * Worked examples and special values, each with result and flags, as the RISC-V unprivileged manual ("F", "D") and
 * IEEE 754-2019 give them. Patterns are in hexadecimal: doubles unless the operation says single.
 */

import { describe, expect, test } from 'vitest';
import { classify, equal, lessOrEqual, lessThan } from '../../../src/machine/float/comparison.ts';
import { floatOperation } from '../../../src/machine/float/float-operation.ts';
import { DOUBLE, SINGLE } from '../../../src/machine/float/format.ts';
import { boxSingle, unboxSingle } from '../../../src/machine/float/nan-boxing.ts';
import {
  FloatFlag,
  FloatOperation,
  type FloatOperationName,
  RoundingMode,
  type RoundingModeName,
} from '../../../src/machine/isa/float-operations.ts';
import { bitsOfDouble, bitsOfSingle, observe } from './operands.ts';

const NV = FloatFlag.nv;
const DZ = FloatFlag.dz;
const OF_NX = FloatFlag.of | FloatFlag.nx;
const UF_NX = FloatFlag.uf | FloatFlag.nx;
const NX = FloatFlag.nx;

const QUIET = 0x7ff8000000000000n;
const PAYLOAD = 0xfff8000000001234n;
const SIGNALLING = 0x7ff0000000000001n;
const INFINITY = 0x7ff0000000000000n;
const MINUS_INFINITY = 0xfff0000000000000n;
const MINUS_ZERO = 0x8000000000000000n;
const LARGEST = 0x7fefffffffffffffn;
const SMALLEST_NORMAL = 0x0010000000000000n;
const ONE = bitsOfDouble(1);
const MINUS_ONE = bitsOfDouble(-1);

type Example = readonly [
  operation: FloatOperationName,
  operands: readonly bigint[],
  mode: RoundingModeName,
  bits: bigint,
  flags: number,
];

function run([name, operands, mode]: Example): { bits: bigint; flags: number } {
  const [a = 0n, b = 0n, c = 0n] = operands;
  return observe((raise) => floatOperation(FloatOperation[name], a, b, c, RoundingMode[mode], raise));
}

function title([name, operands, mode]: Example): string {
  return `${name}(${operands.map((bits) => bits.toString(16)).join(', ')}) ${mode}`;
}

function describeExamples(what: string, examples: readonly Example[]): void {
  describe(what, () => {
    test.each(examples.map((example) => [title(example), example] as const))('%s', (_title, example) => {
      expect(run(example)).toEqual({ bits: example[3], flags: example[4] });
    });
  });
}

describeExamples('NaNs: always canonical, invalid only if signalling', [
  ['addDouble', [PAYLOAD, ONE], 'rne', QUIET, 0],
  ['addDouble', [ONE, SIGNALLING], 'rne', QUIET, NV],
  ['multiplyDouble', [PAYLOAD, SIGNALLING], 'rne', QUIET, NV],
  ['squareRootDouble', [PAYLOAD], 'rne', QUIET, 0],
  ['doubleToSingle', [PAYLOAD], 'rne', 0x7fc00000n, 0],
  ['doubleToSingle', [SIGNALLING], 'rne', 0x7fc00000n, NV],
  ['singleToDouble', [0x7f800001n], 'rne', QUIET, NV],
  ['singleToDouble', [0xffc12345n], 'rne', QUIET, 0],
]);

describeExamples('invalid operations and division by zero', [
  ['addDouble', [INFINITY, MINUS_INFINITY], 'rne', QUIET, NV],
  ['subtractDouble', [INFINITY, INFINITY], 'rne', QUIET, NV],
  ['subtractDouble', [INFINITY, MINUS_INFINITY], 'rne', INFINITY, 0],
  ['multiplyDouble', [MINUS_ZERO, INFINITY], 'rne', QUIET, NV],
  ['divideDouble', [0n, MINUS_ZERO], 'rne', QUIET, NV],
  ['divideDouble', [INFINITY, INFINITY], 'rne', QUIET, NV],
  ['divideDouble', [ONE, MINUS_ZERO], 'rne', MINUS_INFINITY, DZ],
  ['divideDouble', [MINUS_INFINITY, 0n], 'rne', MINUS_INFINITY, 0],
  ['squareRootDouble', [MINUS_ONE], 'rne', QUIET, NV],
  ['squareRootDouble', [MINUS_INFINITY], 'rne', QUIET, NV],
  ['squareRootDouble', [MINUS_ZERO], 'rdn', MINUS_ZERO, 0],
]);

describeExamples('fused multiply-add', [
  // 0.1 is a little more than a tenth; only one rounding shows by how much: 2^-54.
  [
    'fusedMultiplyAddDouble',
    [bitsOfDouble(0.1), bitsOfDouble(10), MINUS_ONE],
    'rne',
    bitsOfDouble(2 ** -54),
    0,
  ],
  ['fusedMultiplyAddDouble', [INFINITY, 0n, QUIET], 'rne', QUIET, NV],
  ['fusedMultiplyAddDouble', [0n, MINUS_INFINITY, ONE], 'rne', QUIET, NV],
  ['fusedMultiplyAddDouble', [ONE, ONE, QUIET], 'rne', QUIET, 0],
  ['fusedMultiplyAddDouble', [INFINITY, ONE, MINUS_INFINITY], 'rne', QUIET, NV],
  ['fusedMultiplyAddDouble', [INFINITY, MINUS_ONE, MINUS_INFINITY], 'rne', MINUS_INFINITY, 0],
  ['fusedMultiplyAddDouble', [LARGEST, LARGEST, MINUS_INFINITY], 'rne', MINUS_INFINITY, 0],
  // The product overflows a double, the sum does not.
  ['fusedMultiplyAddDouble', [LARGEST, bitsOfDouble(2), LARGEST | MINUS_ZERO], 'rne', LARGEST, 0],
  ['fusedMultiplyAddDouble', [0n, MINUS_ONE, 0n], 'rne', 0n, 0],
  ['fusedMultiplyAddDouble', [0n, MINUS_ONE, 0n], 'rdn', MINUS_ZERO, 0],
  ['fusedMultiplyAddDouble', [0n, MINUS_ONE, MINUS_ZERO], 'rne', MINUS_ZERO, 0],
  // 2^-53 would tie between one and its successor; a product a hair to either side decides.
  ['fusedMultiplyAddDouble', [ONE + 1n, bitsOfDouble(2 ** -53), ONE], 'rne', ONE + 1n, NX],
  ['fusedMultiplyAddDouble', [ONE + 1n, bitsOfDouble((1 - 2 ** -52) * 2 ** -53), ONE], 'rne', ONE, NX],
  // A product far too small to be seen still makes the result inexact, and directs it.
  ['fusedMultiplyAddDouble', [1n, 1n, ONE], 'rup', ONE + 1n, NX],
  ['fusedMultiplyAddDouble', [1n, 1n | MINUS_ZERO, ONE], 'rtz', ONE - 1n, NX],
  ['fusedMultiplyAddDouble', [ONE + 1n, ONE + (1n << 51n), 0n], 'rne', ONE + (1n << 51n) + 2n, NX],
]);

describeExamples('signs of exact zeros', [
  ['subtractDouble', [ONE, ONE], 'rne', 0n, 0],
  ['subtractDouble', [ONE, ONE], 'rup', 0n, 0],
  ['subtractDouble', [ONE, ONE], 'rdn', MINUS_ZERO, 0],
  ['addDouble', [MINUS_ZERO, MINUS_ZERO], 'rup', MINUS_ZERO, 0],
  ['addDouble', [0n, MINUS_ZERO], 'rne', 0n, 0],
  ['multiplyDouble', [MINUS_ZERO, ONE], 'rne', MINUS_ZERO, 0],
]);

describeExamples('ties: an odd multiple of half the last place', [
  ['int64ToDouble', [2n ** 53n + 1n], 'rne', bitsOfDouble(2 ** 53), NX],
  ['int64ToDouble', [2n ** 53n + 1n], 'rmm', bitsOfDouble(2 ** 53 + 2), NX],
  ['int64ToDouble', [2n ** 53n + 1n], 'rtz', bitsOfDouble(2 ** 53), NX],
  ['int64ToDouble', [2n ** 53n + 1n], 'rup', bitsOfDouble(2 ** 53 + 2), NX],
  ['int64ToDouble', [-(2n ** 53n) - 1n], 'rdn', bitsOfDouble(-(2 ** 53) - 2), NX],
  ['int64ToDouble', [-(2n ** 53n) - 1n], 'rup', bitsOfDouble(-(2 ** 53)), NX],
  ['uint64ToSingle', [2n ** 64n - 1n], 'rne', bitsOfSingle(2 ** 64), NX],
  ['int64ToSingle', [2n ** 64n - 1n], 'rne', bitsOfSingle(-1), 0],
]);

describeExamples('overflow goes to infinity or the largest number, by mode and sign', [
  ['addDouble', [LARGEST, LARGEST], 'rne', INFINITY, OF_NX],
  ['addDouble', [LARGEST, LARGEST], 'rmm', INFINITY, OF_NX],
  ['addDouble', [LARGEST, LARGEST], 'rtz', LARGEST, OF_NX],
  ['addDouble', [LARGEST, LARGEST], 'rdn', LARGEST, OF_NX],
  ['addDouble', [LARGEST, LARGEST], 'rup', INFINITY, OF_NX],
  ['multiplyDouble', [LARGEST | MINUS_ZERO, LARGEST], 'rup', LARGEST | MINUS_ZERO, OF_NX],
  ['multiplyDouble', [LARGEST | MINUS_ZERO, LARGEST], 'rdn', MINUS_INFINITY, OF_NX],
  // Above the largest number, but within the last place: towards zero that is not an overflow.
  ['addDouble', [LARGEST, ONE], 'rtz', LARGEST, NX],
  ['addDouble', [LARGEST, ONE], 'rup', INFINITY, OF_NX],
]);

describeExamples('underflow: inexact and tiny after rounding', [
  ['divideDouble', [SMALLEST_NORMAL, bitsOfDouble(2)], 'rne', SMALLEST_NORMAL / 2n, 0],
  ['divideDouble', [1n, bitsOfDouble(2)], 'rne', 0n, UF_NX],
  ['divideDouble', [1n, bitsOfDouble(2)], 'rup', 1n, UF_NX],
  ['divideDouble', [1n, bitsOfDouble(2)], 'rmm', 1n, UF_NX],
  // (1 - 2^-25) * 2^-126 rounds up to the smallest normal single even with an unbounded exponent: not tiny.
  ['doubleToSingle', [bitsOfDouble((1 - 2 ** -25) * 2 ** -126)], 'rne', 0x00800000n, NX],
  // (1 - 2^-24) * 2^-126 would have fitted 24 bits with an unbounded exponent, so it is tiny though it rounds up.
  ['doubleToSingle', [bitsOfDouble((1 - 2 ** -24) * 2 ** -126)], 'rne', 0x00800000n, UF_NX],
  ['doubleToSingle', [bitsOfDouble((1 - 2 ** -25) * 2 ** -126)], 'rtz', 0x007fffffn, UF_NX],
  ['multiplySingle', [0x00800001n, 0x3f7fffffn], 'rne', 0x00800000n, NX],
]);

describeExamples('minimum and maximum', [
  ['minimumDouble', [0n, MINUS_ZERO], 'rne', MINUS_ZERO, 0],
  ['maximumDouble', [MINUS_ZERO, 0n], 'rne', 0n, 0],
  ['minimumDouble', [PAYLOAD, ONE], 'rne', ONE, 0],
  ['minimumDouble', [SIGNALLING, ONE], 'rne', ONE, NV],
  ['maximumDouble', [ONE, SIGNALLING], 'rne', ONE, NV],
  ['maximumDouble', [PAYLOAD, PAYLOAD], 'rne', QUIET, 0],
  ['maximumDouble', [SIGNALLING, PAYLOAD], 'rne', QUIET, NV],
  ['minimumSingle', [0xff800000n, 0x7f7fffffn], 'rne', 0xff800000n, 0],
]);

/** The manual's table of what conversions to integers give for inputs out of range, and its neighbours in range. */
describeExamples('conversion to integers', [
  ['doubleToInt32', [bitsOfDouble(2 ** 31)], 'rtz', 0x7fffffffn, NV],
  ['doubleToInt32', [bitsOfDouble(2 ** 31 - 0.5)], 'rtz', 0x7fffffffn, NX],
  ['doubleToInt32', [bitsOfDouble(2 ** 31 - 0.5)], 'rne', 0x7fffffffn, NV],
  ['doubleToInt32', [bitsOfDouble(-(2 ** 31))], 'rtz', 0xffffffff80000000n, 0],
  ['doubleToInt32', [bitsOfDouble(-(2 ** 31) - 0.5)], 'rne', 0xffffffff80000000n, NX],
  ['doubleToInt32', [bitsOfDouble(-(2 ** 31) - 0.5)], 'rdn', 0xffffffff80000000n, NV],
  ['doubleToInt32', [QUIET], 'rtz', 0x7fffffffn, NV],
  ['doubleToInt32', [MINUS_INFINITY], 'rtz', 0xffffffff80000000n, NV],
  ['doubleToUint32', [bitsOfDouble(2 ** 32 - 1)], 'rtz', 0xffffffffffffffffn, 0],
  ['doubleToUint32', [bitsOfDouble(2 ** 32)], 'rtz', 0xffffffffffffffffn, NV],
  ['doubleToUint32', [bitsOfDouble(2 ** 31)], 'rtz', 0xffffffff80000000n, 0],
  ['doubleToUint32', [bitsOfDouble(-0.5)], 'rtz', 0n, NX],
  ['doubleToUint32', [bitsOfDouble(-0.5)], 'rne', 0n, NX],
  ['doubleToUint32', [bitsOfDouble(-0.5)], 'rmm', 0n, NV],
  ['doubleToUint32', [bitsOfDouble(-1)], 'rtz', 0n, NV],
  ['doubleToUint32', [MINUS_ZERO], 'rtz', 0n, 0],
  ['doubleToUint32', [PAYLOAD], 'rtz', 0xffffffffffffffffn, NV],
  ['doubleToInt64', [bitsOfDouble(2 ** 63)], 'rtz', 0x7fffffffffffffffn, NV],
  ['doubleToInt64', [bitsOfDouble(-(2 ** 63))], 'rtz', 0x8000000000000000n, 0],
  ['doubleToInt64', [LARGEST], 'rtz', 0x7fffffffffffffffn, NV],
  ['doubleToInt64', [bitsOfDouble(2.5)], 'rne', 2n, NX],
  ['doubleToInt64', [bitsOfDouble(2.5)], 'rmm', 3n, NX],
  ['doubleToInt64', [bitsOfDouble(-2.5)], 'rup', 2n ** 64n - 2n, NX],
  ['doubleToInt64', [1n], 'rup', 1n, NX],
  ['doubleToUint64', [bitsOfDouble(2 ** 64)], 'rtz', 0xffffffffffffffffn, NV],
  ['doubleToUint64', [bitsOfDouble(2 ** 64 - 2048)], 'rtz', 0xfffffffffffff800n, 0],
  ['singleToUint64', [0xff800000n], 'rtz', 0n, NV],
  ['singleToInt64', [0x7fffffffn], 'rtz', 0x7fffffffffffffffn, NV],
]);

test('operands are taken modulo their width, signed or not', () => {
  const clean: Example = ['addSingle', [0x3f800000n, 0xbf800000n], 'rne', 0n, 0];
  const dirty: Example = ['addSingle', [0xdeadbeef3f800000n, BigInt.asIntN(32, 0xbf800000n)], 'rne', 0n, 0];
  expect(run(dirty)).toEqual(run(clean));
  const signed: Example = ['addDouble', [BigInt.asIntN(64, MINUS_ONE), ONE], 'rdn', MINUS_ZERO, 0];
  expect(run(signed)).toEqual({ bits: MINUS_ZERO, flags: 0 });
});

test('feq is quiet, flt and fle signal', () => {
  for (const [comparison, onQuiet] of [
    [equal, 0],
    [lessThan, NV],
    [lessOrEqual, NV],
  ] as const) {
    expect(observe((raise) => comparison(DOUBLE, QUIET, ONE, raise))).toEqual({ bits: 0n, flags: onQuiet });
    expect(observe((raise) => comparison(DOUBLE, ONE, SIGNALLING, raise))).toEqual({ bits: 0n, flags: NV });
  }
  expect(observe((raise) => equal(DOUBLE, 0n, MINUS_ZERO, raise))).toEqual({ bits: 1n, flags: 0 });
  expect(observe((raise) => lessThan(DOUBLE, MINUS_ZERO, 0n, raise))).toEqual({ bits: 0n, flags: 0 });
});

test('fclass gives the ten classes of the manual in order', () => {
  const inOrder = [
    0xff800000n,
    0xbf800000n,
    0x807fffffn,
    0x80000000n,
    0n,
    1n,
    0x00800000n,
    0x7f800000n,
    0x7f800001n,
    0xffc00000n,
  ];
  expect(inOrder.map((bits) => classify(SINGLE, bits))).toEqual(inOrder.map((_, k) => 1n << BigInt(k)));
});

test('NaN boxing: only all ones above make a single', () => {
  expect(boxSingle(0x3f800000n)).toBe(0xffffffff3f800000n);
  expect(boxSingle(-1n)).toBe(0xffffffffffffffffn);
  expect(unboxSingle(0xffffffff3f800000n)).toBe(0x3f800000n);
  expect(unboxSingle(BigInt.asIntN(64, 0xffffffff3f800000n))).toBe(0x3f800000n);
  expect(unboxSingle(0xfffffffe3f800000n)).toBe(0x7fc00000n);
  expect(unboxSingle(ONE)).toBe(0x7fc00000n);
});

test('what does not exist is refused', () => {
  const ignore = (): void => {};
  expect(() => floatOperation(34, 0n, 0n, 0n, 0, ignore)).toThrow(RangeError);
  expect(() => floatOperation(-1, 0n, 0n, 0n, 0, ignore)).toThrow(RangeError);
  for (const rounding of [5, 6, 7, -1, Number.NaN]) {
    expect(() => floatOperation(FloatOperation.addDouble, 0n, 0n, 0n, rounding, ignore)).toThrow(RangeError);
  }
});
