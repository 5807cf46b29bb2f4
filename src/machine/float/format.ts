/**
 * IEEE 754 binary interchange formats, as data.
 *
 * A format is its two field widths; every constant the arithmetic needs follows from them and is computed once, here.
 * Bit patterns are unsigned bigints of `width` bits: sign, biased exponent, fraction, from the top.
 * Source: IEEE 754-2019, 3.4; the canonical NaN is that of the RISC-V unprivileged manual, "F" extension.
 */

export interface FloatFormat {
  /** Bits in the exponent field. */
  readonly exponentBits: number;
  /** Bits in the fraction field, without the hidden bit. */
  readonly fractionBits: number;
  /** Bits in the significand, with the hidden bit. */
  readonly precision: number;
  /** Bits in all. */
  readonly width: number;
  /** What is added to an exponent to store it; also the largest exponent of a finite number. */
  readonly bias: number;
  /** The exponent of the smallest normal number; subnormal numbers share it. */
  readonly smallestExponent: number;
  /** The exponent field, all ones, right-aligned: infinities and NaNs. */
  readonly exponentFieldMask: number;
  /** `fractionBits` as a bigint, to shift by. */
  readonly fractionShift: bigint;
  /** The hidden bit: the pattern of a significand of exactly one. */
  readonly hiddenBit: bigint;
  /** The fraction's top bit, set in a quiet NaN. */
  readonly quietBit: bigint;
  readonly signBit: bigint;
  /** Positive infinity; every larger magnitude is a NaN. */
  readonly infinity: bigint;
  readonly canonicalNaN: bigint;
}

/** The format with these field widths. */
export function makeFormat(exponentBits: number, fractionBits: number): FloatFormat {
  const bias = 2 ** (exponentBits - 1) - 1;
  const exponentFieldMask = 2 ** exponentBits - 1;
  const fractionShift = BigInt(fractionBits);
  const infinity = BigInt(exponentFieldMask) << fractionShift;
  const quietBit = 1n << (fractionShift - 1n);
  return {
    exponentBits,
    fractionBits,
    precision: fractionBits + 1,
    width: exponentBits + fractionBits + 1,
    bias,
    smallestExponent: 1 - bias,
    exponentFieldMask,
    fractionShift,
    hiddenBit: 1n << fractionShift,
    quietBit,
    signBit: 1n << BigInt(exponentBits + fractionBits),
    infinity,
    canonicalNaN: infinity | quietBit,
  };
}

/** Single precision: binary32. */
export const SINGLE: FloatFormat = makeFormat(8, 23);

/** Double precision: binary64. */
export const DOUBLE: FloatFormat = makeFormat(11, 52);
