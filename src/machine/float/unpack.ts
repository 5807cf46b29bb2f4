/**
 * Taking a bit pattern apart, and what can be told from a pattern without doing so.
 *
 * All functions expect `bits` already reduced to the format's width.
 */

import { FloatFlag } from '../isa/float-operations.ts';
import type { RaiseFlags } from './flags.ts';
import type { FloatFormat } from './format.ts';

/** What a pattern stands for; the order matters: finite < infinite < NaN. */
export const Category = { finite: 0, infinite: 1, quietNaN: 2, signallingNaN: 3 } as const;
export type CategoryNumber = (typeof Category)[keyof typeof Category];

/** A pattern taken apart. If finite its value is (-1)^sign * significand * 2^exponent. */
export interface Unpacked {
  readonly category: CategoryNumber;
  /** 1 if negative, also for zeros. */
  readonly sign: number;
  /** The weight of the significand's lowest bit; meaningful only if finite. */
  readonly exponent: number;
  /** With the hidden bit; 0n for zeros; meaningful only if finite. */
  readonly significand: bigint;
}

/** The sign of a pattern: 1 if negative. */
export function signOf(format: FloatFormat, bits: bigint): number {
  return bits >= format.signBit ? 1 : 0;
}

/** The pattern without its sign. */
export function magnitudeOf(format: FloatFormat, bits: bigint): bigint {
  return BigInt.asUintN(format.width - 1, bits);
}

export function isNaNPattern(format: FloatFormat, bits: bigint): boolean {
  return magnitudeOf(format, bits) > format.infinity;
}

export function isSignallingNaN(format: FloatFormat, bits: bigint): boolean {
  return isNaNPattern(format, bits) && (bits & format.quietBit) === 0n;
}

/** Takes a pattern apart. */
export function unpack(format: FloatFormat, bits: bigint): Unpacked {
  const sign = signOf(format, bits);
  const field = Number(bits >> format.fractionShift) & format.exponentFieldMask;
  const fraction = BigInt.asUintN(format.fractionBits, bits);
  if (field === format.exponentFieldMask) {
    return { category: specialCategory(format, fraction), sign, exponent: 0, significand: fraction };
  }
  const lowest = format.smallestExponent - format.fractionBits;
  if (field === 0) return { category: Category.finite, sign, exponent: lowest, significand: fraction };
  return {
    category: Category.finite,
    sign,
    exponent: lowest + field - 1,
    significand: fraction + format.hiddenBit,
  };
}

function specialCategory(format: FloatFormat, fraction: bigint): CategoryNumber {
  if (fraction === 0n) return Category.infinite;
  return fraction >= format.quietBit ? Category.quietNaN : Category.signallingNaN;
}

export function isInfinite(x: Unpacked): boolean {
  return x.category === Category.infinite;
}

export function isNotANumber(x: Unpacked): boolean {
  return x.category >= Category.quietNaN;
}

export function isZero(x: Unpacked): boolean {
  return x.category === Category.finite && x.significand === 0n;
}

/** The result of an arithmetic operation with a NaN among its operands: canonical, and invalid if one signals. */
export function propagateNaN(
  format: FloatFormat,
  raise: RaiseFlags,
  ...operands: readonly Unpacked[]
): bigint {
  if (operands.some((x) => x.category === Category.signallingNaN)) raise(FloatFlag.nv);
  return format.canonicalNaN;
}

/** The result of an operation that has none, such as infinity minus infinity. */
export function invalidResult(format: FloatFormat, raise: RaiseFlags): bigint {
  raise(FloatFlag.nv);
  return format.canonicalNaN;
}

export function infinityOf(format: FloatFormat, sign: number): bigint {
  return sign === 1 ? format.signBit | format.infinity : format.infinity;
}

export function zeroOf(format: FloatFormat, sign: number): bigint {
  return sign === 1 ? format.signBit : 0n;
}
