/**
 * Fast paths for double precision: the host's result, and whether it is inexact, by a few more host operations.
 *
 * Every function says where it is safe. Common to all: if every operand is zero or of magnitude 2^-400 to 2^400 it is
 * safe, but for division by zero and roots of negative numbers; and it is never safe if an operand is an infinity or a
 * NaN. test/machine/float/fast.test.ts holds all of them against the exact path.
 */

import type { Arithmetic, Checked } from './arithmetic.ts';
import {
  LARGEST_SAFE_PRODUCT,
  LARGEST_SPLITTABLE,
  productError,
  SMALLEST_SAFE_PRODUCT,
  split,
  sumError,
} from './error-free.ts';

const SMALLEST_NORMAL = 2 ** -1022;
/** A sum up to this leaves room for the differences that check it. */
const LARGEST_SAFE_SUM = 2 ** 1022;

/** Whether a magnitude lies between two positive bounds; false for NaNs. */
function between<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  low: number,
  magnitude: Float,
  high: number,
): Truth {
  return on.and(on.lessOrEqual(on.constant(low), magnitude), on.lessOrEqual(magnitude, on.constant(high)));
}

/**
 * Whether this result of one correctly rounded operation can have raised no flag but NX: it is finite, and above
 * the smallest normal number, so not tiny. Enough to know where NX is set already.
 */
export function isOrdinaryDouble<Float, Truth>(on: Arithmetic<Float, Truth>, result: Float): Truth {
  const magnitude = on.absolute(result);
  return on.and(
    on.less(on.constant(SMALLEST_NORMAL), magnitude),
    on.less(magnitude, on.constant(Number.POSITIVE_INFINITY)),
  );
}

/**
 * a + b. Safe if the result is at most 2^1022, subnormal results and zeros included.
 *
 * Subtracting the operand of larger magnitude from the sum is exact (Dekker's fast two-sum), so it gives the other one
 * if and only if the sum is exact; and if the sum is exact, so is the other difference. So without knowing which is
 * larger: the sum is exact if and only if both differences give the other operand back.
 */
export function addDoubles<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Float,
  b: Float,
): Checked<Float, Truth> {
  const result = on.add(a, b);
  const inexact = on.or(on.differ(on.subtract(result, a), b), on.differ(on.subtract(result, b), a));
  return { result, inexact, safe: on.lessOrEqual(on.absolute(result), on.constant(LARGEST_SAFE_SUM)) };
}

/** a - b. Safe as {@link addDoubles}. */
export function subtractDoubles<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Float,
  b: Float,
): Checked<Float, Truth> {
  return addDoubles(on, a, on.negate(b));
}

/**
 * a * b. Safe if both factors are at most 2^995 and the result is between 2^-968 and 2^1020, or a factor is zero (then
 * all that is computed is zero, and exact).
 */
export function multiplyDoubles<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Float,
  b: Float,
): Checked<Float, Truth> {
  const result = on.multiply(a, b);
  const error = productError(on, split(on, a), split(on, b), result);
  return { result, inexact: on.differ(error, on.constant(0)), safe: isSafeProduct(on, a, b, result) };
}

function isSafeProduct<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Float,
  b: Float,
  product: Float,
): Truth {
  const [x, y] = [on.absolute(a), on.absolute(b)];
  const inRange = between(on, SMALLEST_SAFE_PRODUCT, on.absolute(product), LARGEST_SAFE_PRODUCT);
  const zeroFactor = on.equal(on.minimum(x, y), on.constant(0));
  const splittable = on.lessOrEqual(on.maximum(x, y), on.constant(LARGEST_SPLITTABLE));
  return on.and(splittable, on.or(inRange, zeroFactor));
}

/**
 * a / b. Safe if the quotient is normal and it and b are at most 2^995, and a is between 2^-967 and 2^1020; or a is
 * zero and b neither zero nor beyond 2^995.
 *
 * The quotient q is exact if and only if q * b is a: that is, if the product rounded is a and its error is zero. Its
 * error is known exactly since q * b, within a relative 2^-53 of a, is in the range of a safe product.
 */
export function divideDoubles<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Float,
  b: Float,
): Checked<Float, Truth> {
  const result = on.divide(a, b);
  const inexact = isNotProduct(on, a, result, b);
  const quotient = on.absolute(result);
  const inRange = on.and(
    between(on, 2 * SMALLEST_SAFE_PRODUCT, on.absolute(a), LARGEST_SAFE_PRODUCT),
    on.less(on.constant(SMALLEST_NORMAL), quotient),
  );
  // Zero by zero is a NaN, anything else by zero infinite: neither passes for splittable.
  const splittable = on.lessOrEqual(on.maximum(quotient, on.absolute(b)), on.constant(LARGEST_SPLITTABLE));
  return { result, inexact, safe: on.and(splittable, on.or(inRange, on.equal(a, on.constant(0)))) };
}

/** Whether `whole` is not exactly x * y. */
function isNotProduct<Float, Truth>(on: Arithmetic<Float, Truth>, whole: Float, x: Float, y: Float): Truth {
  const product = on.multiply(x, y);
  const error = productError(on, split(on, x), split(on, y), product);
  return on.or(on.differ(product, whole), on.differ(error, on.constant(0)));
}

/**
 * The square root of a. Safe if a is a zero of either sign or between 2^-967 and 2^1020.
 *
 * The root is exact if and only if its square is a; as for division.
 */
export function squareRootOfDouble<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Float,
): Checked<Float, Truth> {
  const result = on.squareRoot(a);
  const square = on.multiply(result, result);
  const halves = split(on, result);
  const error = productError(on, halves, halves, square);
  return {
    result,
    inexact: on.or(on.differ(square, a), on.differ(error, on.constant(0))),
    safe: on.or(on.equal(a, on.constant(0)), between(on, 2 * SMALLEST_SAFE_PRODUCT, a, LARGEST_SAFE_PRODUCT)),
  };
}

/**
 * a * b + c with one rounding. Safe if a and b are as for {@link multiplyDoubles} and c is at most 2^1020; results of
 * any smallness are included, for they come of cancellation and are exact.
 *
 * After Boldo and Melquiond, 'Emulation of a FMA and correctly rounded sums: proved algorithms using rounding to odd',
 * 2008: with a * b = p + p', p' + c = s + s', p + s = t + t', the exact value is t + (s' + t'), and rounding the bracket
 * to odd would let the last addition round correctly. Here the bracket is kept whole instead, as a double z and its
 * error e, and t + z rounds to r with error d. Where the bracket is inexact it is at most a few units of t, so that the
 * midpoints of the doubles near t are a double apart from t, and z cannot have crossed one by rounding: z is on the
 * same side of it as the bracket, or on it. So r is right unless t + z is a midpoint and e is not zero: then e decides.
 * Midpoint: |d| is half the gap from r to its neighbour on that side, so that r + 2d is a double; else it is not,
 * since it lies inside the gap.
 */
export function fusedMultiplyAddDoubles<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Float,
  b: Float,
  c: Float,
): Checked<Float, Truth> {
  const product = on.multiply(a, b);
  const productLow = productError(on, split(on, a), split(on, b), product);
  const inner = on.add(c, productLow);
  const innerLow = sumError(on, c, productLow, inner);
  const outer = on.add(product, inner);
  const outerLow = sumError(on, product, inner, outer);
  const bracket = on.add(innerLow, outerLow);
  const bracketLow = sumError(on, innerLow, outerLow, bracket);
  const rounded = on.add(outer, bracket);
  const roundedLow = sumError(on, outer, bracket, rounded);

  const step = on.add(roundedLow, roundedLow);
  const neighbour = on.add(rounded, step);
  const isMidpoint = on.equal(on.subtract(neighbour, rounded), step);
  const corrected = on.choose(on.and(isMidpoint, sameSign(on, roundedLow, bracketLow)), neighbour, rounded);
  // An exact zero: the parts have lost the signs of zero terms, the plain sum has not.
  const zero = on.constant(0);
  const result = on.choose(on.equal(corrected, zero), on.add(product, c), corrected);
  return {
    result,
    inexact: on.or(on.differ(roundedLow, zero), on.differ(bracketLow, zero)),
    safe: on.and(
      isSafeProduct(on, a, b, product),
      on.lessOrEqual(on.absolute(c), on.constant(LARGEST_SAFE_PRODUCT)),
    ),
  };
}

/** Whether both are positive or both negative. */
export function sameSign<Float, Truth>(on: Arithmetic<Float, Truth>, a: Float, b: Float): Truth {
  const zero = on.constant(0);
  return on.or(on.and(on.less(zero, a), on.less(zero, b)), on.and(on.less(a, zero), on.less(b, zero)));
}

/**
 * Towards zero to an integral double, for the conversions to integers in mode RTZ. Safe if low < a < high: give the
 * exclusive bounds of the integer type, such as -(2^31) - 1 and 2^31, or -1 and 2^32 (for 64-bit types the lower bound
 * is not a double: give the double below -(2^63)).
 */
export function truncateDouble<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Float,
  low: number,
  high: number,
): Checked<Float, Truth> {
  const result = on.truncate(a);
  return {
    result,
    inexact: on.differ(result, a),
    safe: on.and(on.less(on.constant(low), a), on.less(a, on.constant(high))),
  };
}
