/**
 * Fast paths for single precision, computed in double: operands and results are doubles that hold singles.
 *
 * Double precision is more than twice single plus two bits, so rounding a double sum, product, quotient or root once
 * more to single gives the correctly rounded single (Figueroa, 'When is double rounding innocuous?', 1995), and the
 * product of two singles, of 48 bits, is exact in double: so most checks are one multiplication.
 *
 * Common to all: if every operand is zero or of magnitude 2^-40 to 2^40 it is safe, but for division by zero and roots
 * of negative numbers; and it is never safe if an operand is an infinity or a NaN.
 */

import type { Arithmetic, Checked } from './arithmetic.ts';
import { sameSign } from './double.ts';
import { sumError } from './error-free.ts';

const SMALLEST_NORMAL = 2 ** -126;
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/** Whether this result of one correctly rounded operation can have raised no flag but NX; see isOrdinaryDouble. */
export function isOrdinarySingle<Float, Truth>(on: Arithmetic<Float, Truth>, result: Float): Truth {
  const magnitude = on.absolute(result);
  return on.and(
    on.less(on.constant(SMALLEST_NORMAL), magnitude),
    on.lessOrEqual(magnitude, on.constant(LARGEST)),
  );
}

/** Safe if the result is ordinary, or exact and finite: an exact result does not underflow. */
function checked<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  result: Float,
  inexact: Truth,
  exact: Truth,
): Checked<Float, Truth> {
  const magnitude = on.absolute(result);
  const notTiny = on.or(exact, on.less(on.constant(SMALLEST_NORMAL), magnitude));
  return { result, inexact, safe: on.and(notTiny, on.lessOrEqual(magnitude, on.constant(LARGEST))) };
}

/**
 * a + b. Safe if the result is finite.
 *
 * An inexact result differs from the sum by at least a unit in the last place (as a single) of the operand of smaller
 * magnitude, so subtracting the other from it, in double, cannot give that operand; see addDoubles. Sums never
 * underflow.
 */
export function addSingles<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Float,
  b: Float,
): Checked<Float, Truth> {
  const result = on.toSingle(on.add(a, b));
  const inexact = on.or(on.differ(on.subtract(result, a), b), on.differ(on.subtract(result, b), a));
  return { result, inexact, safe: on.lessOrEqual(on.absolute(result), on.constant(LARGEST)) };
}

/** a - b. Safe as {@link addSingles}. */
export function subtractSingles<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Float,
  b: Float,
): Checked<Float, Truth> {
  return addSingles(on, a, on.negate(b));
}

/** a * b. Safe if the result is finite, and either exact or above the smallest normal number. */
export function multiplySingles<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Float,
  b: Float,
): Checked<Float, Truth> {
  return doubleToSingle(on, on.multiply(a, b));
}

/** Any double a to single. Safe if the result is finite, and either exact or above the smallest normal number. */
export function doubleToSingle<Float, Truth>(on: Arithmetic<Float, Truth>, a: Float): Checked<Float, Truth> {
  const result = on.toSingle(a);
  return checked(on, result, on.differ(result, a), on.equal(result, a));
}

/** a / b. Safe if the result is finite and b too, and the result either exact or above the smallest normal number. */
export function divideSingles<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Float,
  b: Float,
): Checked<Float, Truth> {
  const result = on.toSingle(on.divide(a, b));
  const product = on.multiply(result, b);
  // By infinity: the result is zero and the product a NaN, so it is neither exact nor above anything.
  return checked(on, result, on.differ(product, a), on.equal(product, a));
}

/** The square root of a. Safe if a is finite and not negative, or -0: roots neither overflow nor underflow. */
export function squareRootOfSingle<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Float,
): Checked<Float, Truth> {
  const result = on.toSingle(on.squareRoot(a));
  const safe = on.and(on.lessOrEqual(on.constant(0), a), on.lessOrEqual(a, on.constant(LARGEST)));
  return { result, inexact: on.differ(on.multiply(result, result), a), safe };
}

/**
 * a * b + c with one rounding. Safe if the result is at most 2^127, and either exact or above the smallest normal
 * number.
 *
 * The product is exact; its sum with c rounds to the double s with error e, and s to the single r with error d, all
 * exact. Midpoints of singles are doubles, so s has not crossed one by rounding, and r is right unless s is one and e
 * is not zero: then e decides. s is a midpoint if and only if r + 2d is the next single.
 */
export function fusedMultiplyAddSingles<Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Float,
  b: Float,
  c: Float,
): Checked<Float, Truth> {
  const zero = on.constant(0);
  const product = on.multiply(a, b);
  const sum = on.add(product, c);
  const sumLow = sumError(on, product, c, sum);
  const rounded = on.toSingle(sum);
  const roundedLow = on.subtract(sum, rounded);
  const neighbour = on.add(rounded, on.add(roundedLow, roundedLow));
  const isMidpoint = on.equal(on.toSingle(neighbour), neighbour);
  const result = on.choose(on.and(isMidpoint, sameSign(on, roundedLow, sumLow)), neighbour, rounded);

  const inexact = on.or(on.differ(roundedLow, zero), on.differ(sumLow, zero));
  const exact = on.and(on.equal(roundedLow, zero), on.equal(sumLow, zero));
  const magnitude = on.absolute(result);
  const notTiny = on.or(exact, on.less(on.constant(SMALLEST_NORMAL), magnitude));
  return { result, inexact, safe: on.and(notTiny, on.lessOrEqual(magnitude, on.constant(2 ** 127))) };
}
