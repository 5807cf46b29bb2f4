/**
 * Conversions between the formats, and to and from integers.
 */

import { FloatFlag } from '../isa/float-operations.ts';
import type { RaiseFlags } from './flags.ts';
import type { FloatFormat } from './format.ts';
import { roundAndPack, roundToInteger } from './rounding.ts';
import {
  infinityOf,
  isInfinite,
  isNotANumber,
  isZero,
  propagateNaN,
  type Unpacked,
  unpack,
  zeroOf,
} from './unpack.ts';

/** The integer types that RISC-V converts to and from. */
export interface IntegerType {
  readonly width: 32 | 64;
  readonly smallest: bigint;
  readonly largest: bigint;
}

export const INT32: IntegerType = { width: 32, smallest: -(2n ** 31n), largest: 2n ** 31n - 1n };
export const UINT32: IntegerType = { width: 32, smallest: 0n, largest: 2n ** 32n - 1n };
export const INT64: IntegerType = { width: 64, smallest: -(2n ** 63n), largest: 2n ** 63n - 1n };
export const UINT64: IntegerType = { width: 64, smallest: 0n, largest: 2n ** 64n - 1n };

/** From one format to another. */
export function convertFormat(
  from: FloatFormat,
  to: FloatFormat,
  a: bigint,
  rounding: number,
  raise: RaiseFlags,
): bigint {
  const x = unpack(from, a);
  if (isNotANumber(x)) return propagateNaN(to, raise, x);
  if (isInfinite(x)) return infinityOf(to, x.sign);
  if (isZero(x)) return zeroOf(to, x.sign);
  return roundAndPack(to, x.sign, x.exponent, x.significand, rounding, raise);
}

/**
 * To an integer, as a register of 64 bits holds it: 32-bit results, signed or not, are sign-extended.
 *
 * What the type cannot hold after rounding saturates and raises NV alone; a NaN counts as plus infinity. (RISC-V
 * manual, "F" extension, table of domains of float-to-integer conversions.)
 */
export function toInteger(
  format: FloatFormat,
  type: IntegerType,
  a: bigint,
  rounding: number,
  raise: RaiseFlags,
): bigint {
  return toRegister(type, convertToInteger(type, unpack(format, a), rounding, raise));
}

function convertToInteger(type: IntegerType, x: Unpacked, rounding: number, raise: RaiseFlags): bigint {
  if (isNotANumber(x)) return saturate(type, 0, raise);
  // From 2^64 on no type can hold it, and it need not be written out.
  if (isInfinite(x) || (x.exponent > 64 && !isZero(x))) return saturate(type, x.sign, raise);
  const magnitude =
    x.exponent >= 0
      ? x.significand << BigInt(x.exponent)
      : roundToInteger(x.significand, -x.exponent, x.sign, rounding);
  const value = x.sign === 1 ? -magnitude : magnitude;
  if (value < type.smallest || value > type.largest) return saturate(type, x.sign, raise);
  if (x.exponent < 0 && BigInt.asUintN(-x.exponent, x.significand) !== 0n) raise(FloatFlag.nx);
  return value;
}

function saturate(type: IntegerType, sign: number, raise: RaiseFlags): bigint {
  raise(FloatFlag.nv);
  return sign === 1 ? type.smallest : type.largest;
}

function toRegister(type: IntegerType, value: bigint): bigint {
  return BigInt.asUintN(64, BigInt.asIntN(type.width, value));
}

/** From an integer in the low bits of a register. Integer zero becomes +0. */
export function fromInteger(
  format: FloatFormat,
  type: IntegerType,
  register: bigint,
  rounding: number,
  raise: RaiseFlags,
): bigint {
  const value =
    type.smallest < 0n ? BigInt.asIntN(type.width, register) : BigInt.asUintN(type.width, register);
  if (value === 0n) return 0n;
  return value < 0n
    ? roundAndPack(format, 1, 0, -value, rounding, raise)
    : roundAndPack(format, 0, 0, value, rounding, raise);
}
