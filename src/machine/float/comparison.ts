/**
 * Comparison, minimum and maximum, and classification: operations that never round.
 *
 * Comparisons return 1n or 0n, as the instructions write an integer register.
 */

import { FloatFlag } from '../isa/float-operations.ts';
import type { RaiseFlags } from './flags.ts';
import type { FloatFormat } from './format.ts';
import { isNaNPattern, isSignallingNaN, magnitudeOf, signOf } from './unpack.ts';

/** A number that orders as the pattern's value does; both zeros give 0n. Not for NaNs. */
function orderOf(format: FloatFormat, bits: bigint): bigint {
  const magnitude = magnitudeOf(format, bits);
  return signOf(format, bits) === 1 ? -magnitude : magnitude;
}

function raiseIfSignalling(format: FloatFormat, a: bigint, b: bigint, raise: RaiseFlags): void {
  if (isSignallingNaN(format, a) || isSignallingNaN(format, b)) raise(FloatFlag.nv);
}

/** feq: quiet, so only a signalling NaN is invalid. */
export function equal(format: FloatFormat, a: bigint, b: bigint, raise: RaiseFlags): bigint {
  if (isNaNPattern(format, a) || isNaNPattern(format, b)) {
    raiseIfSignalling(format, a, b, raise);
    return 0n;
  }
  return orderOf(format, a) === orderOf(format, b) ? 1n : 0n;
}

/** flt: signalling, so any NaN is invalid. */
export function lessThan(format: FloatFormat, a: bigint, b: bigint, raise: RaiseFlags): bigint {
  if (isNaNPattern(format, a) || isNaNPattern(format, b)) {
    raise(FloatFlag.nv);
    return 0n;
  }
  return orderOf(format, a) < orderOf(format, b) ? 1n : 0n;
}

/** fle: signalling, so any NaN is invalid. */
export function lessOrEqual(format: FloatFormat, a: bigint, b: bigint, raise: RaiseFlags): bigint {
  if (isNaNPattern(format, a) || isNaNPattern(format, b)) {
    raise(FloatFlag.nv);
    return 0n;
  }
  return orderOf(format, a) <= orderOf(format, b) ? 1n : 0n;
}

/** fmin, as IEEE 754-2019 minimumNumber: -0 is below +0; a NaN loses against a number; a signalling NaN is invalid. */
export function minimum(format: FloatFormat, a: bigint, b: bigint, raise: RaiseFlags): bigint {
  raiseIfSignalling(format, a, b, raise);
  if (isNaNPattern(format, a)) return isNaNPattern(format, b) ? format.canonicalNaN : b;
  if (isNaNPattern(format, b)) return a;
  return isBelow(format, a, b) ? a : b;
}

/** fmax, as IEEE 754-2019 maximumNumber: the mirror image of {@link minimum}. */
export function maximum(format: FloatFormat, a: bigint, b: bigint, raise: RaiseFlags): bigint {
  raiseIfSignalling(format, a, b, raise);
  if (isNaNPattern(format, a)) return isNaNPattern(format, b) ? format.canonicalNaN : b;
  if (isNaNPattern(format, b)) return a;
  return isBelow(format, a, b) ? b : a;
}

/** Strict order of numbers in which -0 is below +0. */
function isBelow(format: FloatFormat, a: bigint, b: bigint): boolean {
  const x = orderOf(format, a);
  const y = orderOf(format, b);
  return x === y ? signOf(format, a) > signOf(format, b) : x < y;
}

/** fclass: one bit of ten, numbered as in the RISC-V manual's table for FCLASS. */
export function classify(format: FloatFormat, a: bigint): bigint {
  if (isNaNPattern(format, a)) return isSignallingNaN(format, a) ? 1n << 8n : 1n << 9n;
  const fromZero = distanceFromZero(format, magnitudeOf(format, a));
  return 1n << (signOf(format, a) === 1 ? 3n - fromZero : 4n + fromZero);
}

/** 0n for a zero, 1n for a subnormal, 2n for a normal magnitude, 3n for infinity. */
function distanceFromZero(format: FloatFormat, magnitude: bigint): bigint {
  if (magnitude === 0n) return 0n;
  if (magnitude < format.hiddenBit) return 1n;
  return magnitude < format.infinity ? 2n : 3n;
}
