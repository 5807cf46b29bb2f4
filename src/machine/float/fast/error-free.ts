/**
 * Error-free transformations: the rounding error of a double operation, itself a double, exactly.
 *
 * Sources: Knuth, The Art of Computer Programming 2, 4.2.2, theorem B (sum); Dekker, 'A floating-point technique for
 * extending the available precision', 1971, and Veltkamp's splitting (product); Muller et al., Handbook of
 * Floating-Point Arithmetic, 2nd edition, 4.3 and 4.4.
 */

import type { Arithmetic } from './arithmetic.ts';

/** 2^27 + 1: splits 53 bits into 26 and 26 with the sign of the lower half as the 53rd. */
const SPLITTER = 2 ** 27 + 1;

/** The largest magnitude {@link split} takes: times the splitter it is far from overflow. */
export const LARGEST_SPLITTABLE = 2 ** 995;

/**
 * The range of a product p of a and b in which {@link productError} is exact, given that a and b can be split.
 *
 * p >= 2^-968 makes a * b > 2^-969, so that the units in the last place of a and b multiply to at least 2^-1074 (the
 * exponents, of a product below 2^(ea + eb + 2), sum to at least -970; less 2 * 52); all that is computed is a multiple
 * of that, so nothing underflows, subnormal operands included. p <= 2^1020 keeps the partial products from overflow.
 */
export const SMALLEST_SAFE_PRODUCT = 2 ** -968;
export const LARGEST_SAFE_PRODUCT = 2 ** 1020;

/** A double as the sum of two of at most 26 significant bits. */
export interface Halves<Float> {
  readonly high: Float;
  readonly low: Float;
}

export function split<Float, Truth>(on: Arithmetic<Float, Truth>, a: Float): Halves<Float> {
  const scaled = on.multiply(a, on.constant(SPLITTER));
  const high = on.subtract(scaled, on.subtract(scaled, a));
  return { high, low: on.subtract(a, high) };
}

/** a * b - product, where `product` is a * b rounded; exact in the range stated above. */
export function productError<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Halves<Float>,
  b: Halves<Float>,
  product: Float,
): Float {
  const highest = on.subtract(on.multiply(a.high, b.high), product);
  const middle = on.add(on.add(highest, on.multiply(a.high, b.low)), on.multiply(a.low, b.high));
  return on.add(middle, on.multiply(a.low, b.low));
}

/** a + b - sum, where `sum` is a + b rounded; exact unless a sum overflows: addition never underflows inexactly. */
export function sumError<Float, Truth>(on: Arithmetic<Float, Truth>, a: Float, b: Float, sum: Float): Float {
  const fromB = on.subtract(sum, a);
  const fromA = on.subtract(sum, fromB);
  return on.add(on.subtract(a, fromA), on.subtract(b, fromB));
}
