/**
 * Every case of a format small enough to try them all, judged by an oracle that works by searching: the list of all
 * representable values, and exact comparisons with the true result. Same code as for singles and doubles, so this
 * judges rounding and flags in every mode where real formats can only be sampled.
 */

import { describe, expect, test } from 'vitest';
import type { RaiseFlags } from '../../../src/machine/float/flags.ts';
import { makeFormat } from '../../../src/machine/float/format.ts';
import { divide, multiply, squareRoot } from '../../../src/machine/float/product.ts';
import { add, fusedMultiplyAdd, subtract } from '../../../src/machine/float/sum.ts';
import { FloatFlag, RoundingMode } from '../../../src/machine/isa/float-operations.ts';
import { observe, show } from './operands.ts';

const EXPONENT_BITS = 3;
const FRACTION_BITS = 2;
const TOY = makeFormat(EXPONENT_BITS, FRACTION_BITS);
const MODES = Object.values(RoundingMode);

/** All non-negative finite values by pattern; of 6 bits, so sums and products of three are exact in host doubles. */
const MAGNITUDES = Array.from({ length: 7 * 4 }, (_, bits) => {
  const field = bits >> FRACTION_BITS;
  const fraction = (bits & 3) / 4;
  return field === 0 ? fraction * 2 ** -2 : (1 + fraction) * 2 ** (field - 3);
});
const SMALLEST_NORMAL = 2 ** -2;
/** Where the next binade would begin: the value that rounding reaches only by overflowing. */
const BEYOND = 2 ** 4;

/** How the true magnitude compares with a number: negative, zero or positive. */
type Comparison = (value: number) => number;

/** The neighbours of the true magnitude in an ascending list, and how it rounds to one of them. */
function roundAmong(list: readonly number[], truth: Comparison, negative: boolean, mode: number): number {
  const above = list.findIndex((value) => truth(value) <= 0);
  const high = list[above] as number;
  if (truth(high) === 0) return high;
  const low = list[above - 1] as number;
  if (mode === RoundingMode.rtz) return low;
  if (mode === RoundingMode.rdn) return negative ? high : low;
  if (mode === RoundingMode.rup) return negative ? low : high;
  const side = truth((low + high) / 2);
  if (side !== 0) return side < 0 ? low : high;
  // An even pattern is one whose place in the full list of the format is even.
  return mode === RoundingMode.rmm || (above & 1) === 0 ? high : low;
}

const WITH_BEYOND = [...MAGNITUDES, BEYOND];
/** The values just below the normal range if the exponent had no lower bound; 4 of them, so evenness is kept. */
const UNBOUNDED = [4, 5, 6, 7].map((significand) => significand / 32).concat([SMALLEST_NORMAL]);

/** The expected pattern and flags of a result whose true magnitude is finite and not zero. */
function expected(truth: Comparison, negative: boolean, mode: number): { bits: bigint; flags: number } {
  const sign = negative ? TOY.signBit : 0n;
  if (truth(BEYOND) >= 0) {
    const away = roundAmong([0, 1], (value) => 0.75 - value, negative, mode) === 1;
    const bits = away ? TOY.infinity : TOY.infinity - 1n;
    return { bits: bits | sign, flags: FloatFlag.of | FloatFlag.nx };
  }
  const rounded = roundAmong(WITH_BEYOND, truth, negative, mode);
  const bits = BigInt(WITH_BEYOND.indexOf(rounded)) | sign;
  if (rounded === BEYOND) return { bits, flags: FloatFlag.of | FloatFlag.nx };
  if (truth(rounded) === 0) return { bits, flags: 0 };
  return { bits, flags: isTiny(truth, negative, mode) ? FloatFlag.nx | FloatFlag.uf : FloatFlag.nx };
}

function isTiny(truth: Comparison, negative: boolean, mode: number): boolean {
  if (truth(SMALLEST_NORMAL) >= 0) return false;
  if (truth(UNBOUNDED[0] as number) <= 0) return true;
  return roundAmong(UNBOUNDED, truth, negative, mode) < SMALLEST_NORMAL;
}

function numberOf(bits: number): number {
  const magnitude = MAGNITUDES[bits & 31] as number;
  return bits & 32 ? -magnitude : magnitude;
}

/** All patterns of finite numbers, both zeros among them. */
const FINITE = Array.from({ length: 64 }, (_, bits) => bits).filter((bits) => (bits & 31) < 28);

function check(
  what: string,
  operation: (mode: number, raise: RaiseFlags) => bigint,
  truth: Comparison,
  negative: boolean,
): void {
  for (const mode of MODES) {
    const got = observe((raise) => operation(mode, raise));
    const want = expected(truth, negative, mode);
    // expect() is far too slow for millions of cases.
    if (got.bits !== want.bits || got.flags !== want.flags) {
      expect(show(got), `${what}, rounding mode ${mode}`).toBe(show(want));
    }
  }
}

function checkExact(
  what: string,
  operation: (mode: number, raise: RaiseFlags) => bigint,
  exact: number,
): void {
  check(what, operation, (value) => Math.abs(exact) - value, exact < 0);
}

describe('every case of a six-bit format', () => {
  test('addition, subtraction, multiplication, division', () => {
    let cases = 0;
    for (const a of FINITE) {
      for (const b of FINITE) {
        const [x, y] = [numberOf(a), numberOf(b)];
        const [p, q] = [BigInt(a), BigInt(b)];
        cases += 1;
        if (x + y !== 0) checkExact(`${x} + ${y}`, (mode, raise) => add(TOY, p, q, mode, raise), x + y);
        if (x - y !== 0) checkExact(`${x} - ${y}`, (mode, raise) => subtract(TOY, p, q, mode, raise), x - y);
        if (x * y === 0) continue;
        checkExact(`${x} * ${y}`, (mode, raise) => multiply(TOY, p, q, mode, raise), x * y);
        const quotient: Comparison = (value) => Math.abs(x) - value * Math.abs(y);
        check(`${x} / ${y}`, (mode, raise) => divide(TOY, p, q, mode, raise), quotient, x / y < 0);
      }
    }
    expect(cases).toBe(56 * 56);
  });

  test('square root', () => {
    for (const a of FINITE) {
      const x = numberOf(a);
      if (x <= 0) continue;
      const operation = (mode: number, raise: RaiseFlags): bigint => squareRoot(TOY, BigInt(a), mode, raise);
      check(`root of ${x}`, operation, (value) => x - value * value, false);
    }
  });

  test('fused multiply-add', () => {
    for (const a of FINITE) {
      for (const b of FINITE) {
        for (const c of FINITE) {
          const exact = numberOf(a) * numberOf(b) + numberOf(c);
          if (exact === 0) continue;
          const operation = (mode: number, raise: RaiseFlags): bigint =>
            fusedMultiplyAdd(TOY, BigInt(a), BigInt(b), BigInt(c), mode, raise);
          checkExact(`${numberOf(a)} * ${numberOf(b)} + ${numberOf(c)}`, operation, exact);
        }
      }
    }
  });
});
