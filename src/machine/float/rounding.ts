/**
 * Rounding an exact value and packing it into a format: the one place where results become inexact, overflow or
 * underflow.
 *
 * The value is (-1)^sign * significand * 2^exponent with a significand of any length. A caller whose true value is
 * not a finite binary fraction (a quotient, a root) or too long (a sum of far-apart terms) may fold all that lies
 * below into one extra lowest bit that is set if anything non-zero was left over ("sticky", "jamming"), provided that
 * the significand then has at least two bits more than the format's precision.
 */

import { FloatFlag, RoundingMode } from '../isa/float-operations.ts';
import type { RaiseFlags } from './flags.ts';
import type { FloatFormat } from './format.ts';
import { infinityOf } from './unpack.ts';

const TWO_TO_32 = 2 ** 32;

/** The number of bits in a non-negative safe or larger number, fractions ignored; exact for every finite number. */
function numberBitLength(value: number): number {
  let bits = 32;
  let rest = value;
  while (rest >= TWO_TO_32) {
    rest /= TWO_TO_32;
    bits += 32;
  }
  return bits - Math.clz32(rest);
}

/** The number of bits in `value`: 0 for 0n. Requires 0 <= value < 2^1023. */
export function bitLength(value: bigint): number {
  const length = numberBitLength(Number(value));
  if (length <= 53) return length;
  // Converting more than 53 bits rounds, and may have rounded up to the next power of two.
  return value >> BigInt(length - 1) === 0n ? length - 1 : length;
}

/** Whether to add one to `kept` after dropping the `shift` > 0 bits `dropped` (not all zero) below it. */
function roundsAway(kept: bigint, dropped: bigint, shift: number, sign: number, rounding: number): boolean {
  switch (rounding) {
    case RoundingMode.rtz:
      return false;
    case RoundingMode.rdn:
      return sign === 1;
    case RoundingMode.rup:
      return sign === 0;
  }
  const half = 1n << BigInt(shift - 1);
  if (dropped !== half) return dropped > half;
  return rounding === RoundingMode.rmm || (kept & 1n) === 1n;
}

/** `significand` / 2^shift as an integer, rounded by the mode and the sign of the value. Requires shift >= 0. */
export function roundToInteger(significand: bigint, shift: number, sign: number, rounding: number): bigint {
  const kept = significand >> BigInt(shift);
  const dropped = BigInt.asUintN(shift, significand);
  if (dropped === 0n) return kept;
  return roundsAway(kept, dropped, shift, sign, rounding) ? kept + 1n : kept;
}

/** The result of an overflow: infinity, or the largest finite number if the mode rounds towards zero here. */
function overflow(format: FloatFormat, sign: number, rounding: number, raise: RaiseFlags): bigint {
  raise(FloatFlag.of | FloatFlag.nx);
  const infinity = infinityOf(format, sign);
  const towardsZero = rounding === (sign === 1 ? RoundingMode.rup : RoundingMode.rdn);
  return towardsZero || rounding === RoundingMode.rtz ? infinity - 1n : infinity;
}

/**
 * Rounds and packs (-1)^sign * significand * 2^exponent, significand > 0n, raising NX, UF and OF.
 *
 * Underflow is raised if the result is inexact and tiny after rounding: that is, if rounding the value to the format's
 * precision with no lower bound on the exponent would give a magnitude below the smallest normal number (IEEE 754-2019,
 * 7.5; the RISC-V manual chooses 'after').
 */
export function roundAndPack(
  format: FloatFormat,
  sign: number,
  exponent: number,
  significand: bigint,
  rounding: number,
  raise: RaiseFlags,
): bigint {
  const leading = exponent + bitLength(significand) - 1;
  const quantum = Math.max(leading, format.smallestExponent) - format.fractionBits;
  const shift = quantum - exponent;
  const exact = shift <= 0 || BigInt.asUintN(shift, significand) === 0n;
  const rounded =
    shift <= 0 ? significand << BigInt(-shift) : roundToInteger(significand, shift, sign, rounding);
  // The field is one less than the exponent's, for a normal number's hidden bit adds that one; so does a carry.
  const field = quantum + format.fractionBits + format.bias - 1;
  const magnitude = (BigInt(field) << format.fractionShift) + rounded;
  if (magnitude >= format.infinity) return overflow(format, sign, rounding, raise);
  if (!exact) {
    const tiny =
      leading < format.smallestExponent &&
      !reachesNormal(format, sign, leading, rounded, significand, shift, rounding);
    raise(tiny ? FloatFlag.uf | FloatFlag.nx : FloatFlag.nx);
  }
  return sign === 1 ? magnitude | format.signBit : magnitude;
}

/** Whether a value below the normal range would reach it when rounded with an unbounded exponent. */
function reachesNormal(
  format: FloatFormat,
  sign: number,
  leading: number,
  rounded: bigint,
  significand: bigint,
  shift: number,
  rounding: number,
): boolean {
  if (leading !== format.smallestExponent - 1 || rounded !== format.hiddenBit) return false;
  return roundToInteger(significand, shift - 1, sign, rounding) === format.hiddenBit << 1n;
}
