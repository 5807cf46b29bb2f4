/**
 * Multiplication, division and square root.
 */

import { FloatFlag } from '../isa/float-operations.ts';
import type { RaiseFlags } from './flags.ts';
import type { FloatFormat } from './format.ts';
import { bitLength, roundAndPack } from './rounding.ts';
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

/** a * b. */
export function multiply(
  format: FloatFormat,
  a: bigint,
  b: bigint,
  rounding: number,
  raise: RaiseFlags,
): bigint {
  const x = unpack(format, a);
  const y = unpack(format, b);
  if (isNotANumber(x) || isNotANumber(y)) return propagateNaN(format, raise, x, y);
  const sign = x.sign ^ y.sign;
  if (isInfinite(x) || isInfinite(y)) {
    return isZero(x) || isZero(y) ? invalidResult(format, raise) : infinityOf(format, sign);
  }
  const product = x.significand * y.significand;
  if (product === 0n) return zeroOf(format, sign);
  return roundAndPack(format, sign, x.exponent + y.exponent, product, rounding, raise);
}

/** a / b. */
export function divide(
  format: FloatFormat,
  a: bigint,
  b: bigint,
  rounding: number,
  raise: RaiseFlags,
): bigint {
  const x = unpack(format, a);
  const y = unpack(format, b);
  if (isNotANumber(x) || isNotANumber(y)) return propagateNaN(format, raise, x, y);
  const sign = x.sign ^ y.sign;
  if (isInfinite(x)) return isInfinite(y) ? invalidResult(format, raise) : infinityOf(format, sign);
  if (isInfinite(y)) return zeroOf(format, sign);
  if (isZero(y)) return divideByZero(format, sign, x, raise);
  if (isZero(x)) return zeroOf(format, sign);
  // A dividend of at least 2^(2p+2) over a divisor below 2^p gives a quotient of more than p + 2 bits.
  const scale = 2 * format.precision + 2;
  const dividend = x.significand << BigInt(scale);
  const quotient = dividend / y.significand;
  const sticky = quotient * y.significand === dividend ? 0n : 1n;
  const exponent = x.exponent - y.exponent - scale - 1;
  return roundAndPack(format, sign, exponent, (quotient << 1n) | sticky, rounding, raise);
}

function divideByZero(format: FloatFormat, sign: number, x: Unpacked, raise: RaiseFlags): bigint {
  if (isZero(x)) return invalidResult(format, raise);
  raise(FloatFlag.dz);
  return infinityOf(format, sign);
}

/** The square root of a; that of -0 is -0. */
export function squareRoot(format: FloatFormat, a: bigint, rounding: number, raise: RaiseFlags): bigint {
  const x = unpack(format, a);
  if (isNotANumber(x)) return propagateNaN(format, raise, x);
  if (isZero(x)) return a;
  if (x.sign === 1) return invalidResult(format, raise);
  if (isInfinite(x)) return a;
  // Scale the radicand to 2p + 4 or 2p + 5 bits and an even exponent: the root then has p + 2 bits or more.
  const scale = 2 * format.precision + 4 - bitLength(x.significand);
  const even = (x.exponent - scale) & 1 ? scale + 1 : scale;
  const radicand = x.significand << BigInt(even);
  const root = integerSquareRoot(radicand);
  const sticky = root * root === radicand ? 0n : 1n;
  return roundAndPack(format, 0, (x.exponent - even) / 2 - 1, (root << 1n) | sticky, rounding, raise);
}

/** The largest integer whose square is at most `radicand`, for 0 < radicand < 2^200. */
function integerSquareRoot(radicand: bigint): bigint {
  // The host's root is right to about 52 bits; one Newton step doubles that; what remains is off by one or so.
  const estimate = BigInt(Math.floor(Math.sqrt(Number(radicand))));
  let root = (estimate + radicand / estimate) >> 1n;
  while (root * root > radicand) root -= 1n;
  while ((root + 1n) * (root + 1n) <= radicand) root += 1n;
  return root;
}
