/**
 * Operands for the floating-point tests: patterns that crowd where arithmetic goes wrong, and the host's own view of
 * a pattern, to compare with.
 */

import fc from 'fast-check';
import type { FloatFormat } from '../../../src/machine/float/format.ts';

export interface Outcome {
  readonly bits: bigint;
  readonly flags: number;
}

/** Runs an operation with a sink of its own and gives back what it returned and what it raised. */
export function observe(operation: (raise: (flags: number) => void) => bigint): Outcome {
  let flags = 0;
  const bits = operation((raised) => {
    flags |= raised;
  });
  return { bits, flags };
}

/** An outcome in hexadecimal, for messages. */
export function show({ bits, flags }: Outcome): string {
  return `0x${bits.toString(16)}, flags ${flags}`;
}

const scratch = new DataView(new ArrayBuffer(8));

export function doubleOf(bits: bigint): number {
  scratch.setBigUint64(0, bits);
  return scratch.getFloat64(0);
}

/** The pattern of a double, NaNs made canonical. */
export function bitsOfDouble(value: number): bigint {
  if (Number.isNaN(value)) return 0x7ff8000000000000n;
  scratch.setFloat64(0, value);
  return scratch.getBigUint64(0);
}

export function singleOf(bits: bigint): number {
  scratch.setUint32(0, Number(bits));
  return scratch.getFloat32(0);
}

/** The pattern of a number rounded to single, NaNs made canonical. */
export function bitsOfSingle(value: number): bigint {
  if (Number.isNaN(value)) return 0x7fc00000n;
  scratch.setFloat32(0, value);
  return BigInt(scratch.getUint32(0));
}

/** Zero, the ends of the subnormal and normal ranges, one and its neighbours, infinity and NaNs, in both signs. */
export function specialPatterns(format: FloatFormat): bigint[] {
  const one = BigInt(format.bias) << format.fractionShift;
  const positive = [
    0n,
    1n,
    2n,
    format.hiddenBit - 1n,
    format.hiddenBit,
    format.hiddenBit + 1n,
    one - 1n,
    one,
    one + 1n,
    one + format.quietBit,
    one + format.hiddenBit,
    format.infinity - 1n,
    format.infinity,
    format.infinity + 1n,
    format.canonicalNaN,
    format.canonicalNaN + 1n,
  ];
  return [...positive, ...positive.map((bits) => bits | format.signBit)];
}

/** Any pattern: specials, uniform ones, and ones with few significant bits and an exponent near one, zero or the top. */
export function patterns(format: FloatFormat): fc.Arbitrary<bigint> {
  const largest = (1n << BigInt(format.width)) - 1n;
  const uniform = fc.bigInt({ min: 0n, max: largest });
  const middle = format.bias;
  const range = format.precision + 3;
  const field = fc.oneof(
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: middle - range, max: middle + range }),
    fc.integer({ min: format.exponentFieldMask - 3, max: format.exponentFieldMask }),
  );
  const fraction = fc.oneof(
    fc.bigInt({ min: 0n, max: format.hiddenBit - 1n }),
    fc.bigInt({ min: 0n, max: 15n }),
    fc.bigInt({ min: 1n, max: 16n }).map((low) => format.hiddenBit - low),
    fc.bigInt({ min: 0n, max: 15n }).map((high) => high << (format.fractionShift - 4n)),
  );
  const near = fc
    .tuple(fc.boolean(), field, fraction)
    .map(
      ([negative, exponent, low]) =>
        (negative ? format.signBit : 0n) | (BigInt(exponent) << format.fractionShift) | low,
    );
  return fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...specialPatterns(format)) },
    { weight: 2, arbitrary: uniform },
    { weight: 6, arbitrary: near },
  );
}
