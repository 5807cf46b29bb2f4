/**
 * Addition, subtraction and fused multiply-add: all three are one rounded sum of two exact terms.
 */

import { RoundingMode } from '../isa/float-operations.ts';
import type { RaiseFlags } from './flags.ts';
import type { FloatFormat } from './format.ts';
import { roundAndPack } from './rounding.ts';
import {
  infinityOf,
  invalidResult,
  isInfinite,
  isNotANumber,
  isZero,
  propagateNaN,
  type Unpacked,
  unpack,
  zeroOf,
} from './unpack.ts';

/** a + b. */
export function add(format: FloatFormat, a: bigint, b: bigint, rounding: number, raise: RaiseFlags): bigint {
  const x = unpack(format, a);
  const y = unpack(format, b);
  if (isNotANumber(x) || isNotANumber(y)) return propagateNaN(format, raise, x, y);
  if (isInfinite(x) || isInfinite(y)) return addInfinities(format, x, y, raise);
  return roundedSum(
    format,
    x.sign,
    x.exponent,
    x.significand,
    y.sign,
    y.exponent,
    y.significand,
    rounding,
    raise,
  );
}

/** a - b: the sum of a and b with its sign flipped (which for a NaN changes nothing). */
export function subtract(
  format: FloatFormat,
  a: bigint,
  b: bigint,
  rounding: number,
  raise: RaiseFlags,
): bigint {
  return add(format, a, b ^ format.signBit, rounding, raise);
}

/**
 * a * b + c with a single rounding.
 *
 * Infinity times zero is invalid even if c is a quiet NaN (RISC-V manual, "F" extension, fused multiply-add).
 */
export function fusedMultiplyAdd(
  format: FloatFormat,
  a: bigint,
  b: bigint,
  c: bigint,
  rounding: number,
  raise: RaiseFlags,
): bigint {
  const x = unpack(format, a);
  const y = unpack(format, b);
  const z = unpack(format, c);
  if ((isInfinite(x) && isZero(y)) || (isZero(x) && isInfinite(y))) return invalidResult(format, raise);
  if (isNotANumber(x) || isNotANumber(y) || isNotANumber(z)) return propagateNaN(format, raise, x, y, z);
  const sign = x.sign ^ y.sign;
  if (isInfinite(x) || isInfinite(y)) {
    return isInfinite(z) && z.sign !== sign ? invalidResult(format, raise) : infinityOf(format, sign);
  }
  if (isInfinite(z)) return infinityOf(format, z.sign);
  return roundedSum(
    format,
    sign,
    x.exponent + y.exponent,
    x.significand * y.significand,
    z.sign,
    z.exponent,
    z.significand,
    rounding,
    raise,
  );
}

/** The sum of two operands of which one at least is infinite and neither a NaN. */
function addInfinities(format: FloatFormat, x: Unpacked, y: Unpacked, raise: RaiseFlags): bigint {
  if (isInfinite(x) && isInfinite(y) && x.sign !== y.sign) return invalidResult(format, raise);
  return infinityOf(format, isInfinite(x) ? x.sign : y.sign);
}

/**
 * The rounded sum of two finite terms, each (-1)^sign * significand * 2^exponent with at most twice the format's
 * precision in significand bits.
 */
function roundedSum(
  format: FloatFormat,
  signA: number,
  exponentA: number,
  significandA: bigint,
  signB: number,
  exponentB: number,
  significandB: bigint,
  rounding: number,
  raise: RaiseFlags,
): bigint {
  if (exponentA < exponentB) {
    return roundedSum(
      format,
      signB,
      exponentB,
      significandB,
      signA,
      exponentA,
      significandA,
      rounding,
      raise,
    );
  }
  const guard = format.precision + 4;
  let gap = exponentA - exponentB;
  let low = significandB;
  if (significandA !== 0n && gap > 2 * format.precision + guard) {
    // b < 2^(2p + exponentB) < 2^(exponentA - guard): too small to matter but for being there.
    gap = guard;
    if (low !== 0n) low = 1n;
  }
  const high = significandA << BigInt(gap);
  const total = (signA === 1 ? -high : high) + (signB === 1 ? -low : low);
  if (total === 0n) return zeroSum(format, signA, signB, rounding);
  const exponent = exponentA - gap;
  return total < 0n
    ? roundAndPack(format, 1, exponent, -total, rounding, raise)
    : roundAndPack(format, 0, exponent, total, rounding, raise);
}

/** An exactly zero sum keeps the sign its terms share; otherwise it is positive unless rounding down. */
function zeroSum(format: FloatFormat, signA: number, signB: number, rounding: number): bigint {
  if (signA === signB) return zeroOf(format, signA);
  return zeroOf(format, rounding === RoundingMode.rdn ? 1 : 0);
}
