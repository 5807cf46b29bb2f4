/**
 * Rounding to nearest even is what the host computes too: every operation it has must agree with it bit for bit.
 * (Flags are not visible on the host; exhaustive.test.ts and the system test judge those.)
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classify, equal, lessOrEqual, lessThan } from '../../../src/machine/float/comparison.ts';
import { floatOperation } from '../../../src/machine/float/float-operation.ts';
import { DOUBLE, type FloatFormat, SINGLE } from '../../../src/machine/float/format.ts';
import {
  FloatOperation,
  type FloatOperationName,
  RoundingMode,
} from '../../../src/machine/isa/float-operations.ts';
import { bitsOfDouble, bitsOfSingle, doubleOf, observe, patterns, singleOf } from './operands.ts';

const RUNS = { numRuns: 5_000, seed: 20260101 };

interface HostView {
  readonly suffix: 'Single' | 'Double';
  readonly format: FloatFormat;
  readonly toHost: (bits: bigint) => number;
  readonly fromHost: (value: number) => bigint;
}

const VIEWS: readonly HostView[] = [
  { suffix: 'Single', format: SINGLE, toHost: singleOf, fromHost: bitsOfSingle },
  { suffix: 'Double', format: DOUBLE, toHost: doubleOf, fromHost: bitsOfDouble },
];

function nearest(name: FloatOperationName, a: bigint, b = 0n, c = 0n): bigint {
  return observe((raise) => floatOperation(FloatOperation[name], a, b, c, RoundingMode.rne, raise)).bits;
}

// Doubles have more than twice the precision of singles plus two bits, so computing a single operation in double and
// rounding again gives the correctly rounded single (Figueroa 1995): the host's double arithmetic judges both formats.
describe.each(VIEWS)('$suffix precision against the host', ({ suffix, format, toHost, fromHost }) => {
  test.each([
    ['add', (x: number, y: number) => x + y],
    ['subtract', (x: number, y: number) => x - y],
    ['multiply', (x: number, y: number) => x * y],
    ['divide', (x: number, y: number) => x / y],
  ] as const)('%s', (operation, host) => {
    fc.assert(
      fc.property(patterns(format), patterns(format), (a, b) => {
        expect(nearest(`${operation}${suffix}`, a, b)).toBe(fromHost(host(toHost(a), toHost(b))));
      }),
      RUNS,
    );
  });

  test('square root', () => {
    fc.assert(
      fc.property(patterns(format), (a) => {
        expect(nearest(`squareRoot${suffix}`, a)).toBe(fromHost(Math.sqrt(toHost(a))));
      }),
      RUNS,
    );
  });

  test('fused multiply-add with a neutral operand is the plain operation', () => {
    const one = fromHost(1);
    fc.assert(
      fc.property(patterns(format), patterns(format), (a, b) => {
        expect(nearest(`fusedMultiplyAdd${suffix}`, a, one, b)).toBe(fromHost(toHost(a) + toHost(b)));
        // Minus zero is the neutral addend: it leaves the sign of a zero product alone.
        expect(nearest(`fusedMultiplyAdd${suffix}`, a, b, format.signBit)).toBe(
          fromHost(toHost(a) * toHost(b)),
        );
      }),
      RUNS,
    );
  });

  test('minimum and maximum', () => {
    fc.assert(
      fc.property(patterns(format), patterns(format), (a, b) => {
        const x = toHost(a);
        const y = toHost(b);
        // Math.min propagates NaNs; minimumNumber prefers the number.
        const pick = (choose: (x: number, y: number) => number): bigint =>
          fromHost(Number.isNaN(x) ? y : Number.isNaN(y) ? x : choose(x, y));
        expect(nearest(`minimum${suffix}`, a, b)).toBe(pick(Math.min));
        expect(nearest(`maximum${suffix}`, a, b)).toBe(pick(Math.max));
      }),
      RUNS,
    );
  });

  test('comparisons', () => {
    fc.assert(
      fc.property(patterns(format), patterns(format), (a, b) => {
        const x = toHost(a);
        const y = toHost(b);
        expect(observe((raise) => equal(format, a, b, raise)).bits).toBe(x === y ? 1n : 0n);
        expect(observe((raise) => lessThan(format, a, b, raise)).bits).toBe(x < y ? 1n : 0n);
        expect(observe((raise) => lessOrEqual(format, a, b, raise)).bits).toBe(x <= y ? 1n : 0n);
      }),
      RUNS,
    );
  });

  test('classification says what the host says', () => {
    fc.assert(
      fc.property(patterns(format), (a) => {
        const value = toHost(a);
        const shape = Math.round(Math.log2(Number(classify(format, a))));
        expect(1n << BigInt(shape)).toBe(classify(format, a));
        expect(shape === 0 || shape === 7).toBe(Math.abs(value) === Number.POSITIVE_INFINITY);
        expect(shape === 3 || shape === 4).toBe(value === 0);
        expect(shape >= 8).toBe(Number.isNaN(value));
        if (shape < 8) expect(shape < 4).toBe(value < 0 || Object.is(value, -0));
      }),
      RUNS,
    );
  });
});

describe('conversions against the host', () => {
  const register = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    // Where rounding to 24 or 53 bits ties, and near the ends of the types.
    fc
      .tuple(fc.integer({ min: 0, max: 63 }), fc.integer({ min: -3, max: 3 }))
      .map(([shift, delta]) => BigInt.asUintN(64, (1n << BigInt(shift)) + BigInt(delta))),
    fc
      .tuple(fc.integer({ min: 0, max: 11 }), fc.bigInt({ min: 0n, max: 2n ** 53n }))
      .map(([shift, odd]) => BigInt.asUintN(64, ((odd << 1n) | 1n) << BigInt(shift))),
  );

  test('integers to double', () => {
    fc.assert(
      fc.property(register, (bits) => {
        expect(nearest('int64ToDouble', bits)).toBe(bitsOfDouble(Number(BigInt.asIntN(64, bits))));
        expect(nearest('uint64ToDouble', bits)).toBe(bitsOfDouble(Number(bits)));
        expect(nearest('int32ToDouble', bits)).toBe(bitsOfDouble(Number(BigInt.asIntN(32, bits))));
        expect(nearest('uint32ToDouble', bits)).toBe(bitsOfDouble(Number(BigInt.asUintN(32, bits))));
        // 32-bit integers are exact doubles, so rounding those to single rounds once.
        expect(nearest('int32ToSingle', bits)).toBe(bitsOfSingle(Number(BigInt.asIntN(32, bits))));
        expect(nearest('uint32ToSingle', bits)).toBe(bitsOfSingle(Number(BigInt.asUintN(32, bits))));
      }),
      RUNS,
    );
  });

  test('between the formats', () => {
    fc.assert(
      fc.property(patterns(DOUBLE), patterns(SINGLE), (a, b) => {
        expect(nearest('doubleToSingle', a)).toBe(bitsOfSingle(doubleOf(a)));
        expect(nearest('singleToDouble', b)).toBe(bitsOfDouble(singleOf(b)));
      }),
      RUNS,
    );
  });

  test('doubles towards zero to integers in range', () => {
    const inRange = fc.double({ min: -(2 ** 63), max: 2 ** 63 - 1024, noNaN: true });
    fc.assert(
      fc.property(inRange, (value) => {
        const truncated = BigInt(Math.trunc(value));
        const { bits, flags } = observe((raise) =>
          floatOperation(FloatOperation.doubleToInt64, bitsOfDouble(value), 0n, 0n, RoundingMode.rtz, raise),
        );
        expect(bits).toBe(BigInt.asUintN(64, truncated));
        expect(flags).toBe(Number.isInteger(value) ? 0 : 1);
      }),
      RUNS,
    );
  });
});
