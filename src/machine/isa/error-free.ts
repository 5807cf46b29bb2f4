/**
 * Error-free transformations: what a rounded operation lost, computed with rounded operations (Muller and others,
 * Handbook of Floating-Point Arithmetic, 2nd edition, sections 4.3 and 4.4). All need round-to-nearest-even, and no
 * overflow or underflow on the way, which their users make sure of.
 */

import { type Expression, floatConstant, i64, op, select, type Temporary, temporary } from './expressions.ts';
import { type FloatFormat, onFloats } from './float-format.ts';
import { define, type Statement } from './statements.ts';

export interface Derived {
  readonly statements: readonly Statement[];
  readonly value: Temporary;
}

/** The error of `sum = a + b` (Knuth's TwoSum): exactly a + b - sum. */
export function errorOfSum(format: FloatFormat, a: Expression, b: Expression, sum: Expression): Derived {
  const [partOfB, error] = [temporary(format.float), temporary(format.float)] as const;
  const subtract = (left: Expression, right: Expression): Expression => onFloats(format, 'sub', left, right);
  const lostOfA = subtract(a, subtract(sum, partOfB));
  return {
    statements: [
      define(partOfB, subtract(sum, a)),
      define(error, onFloats(format, 'add', lostOfA, subtract(b, partOfB))),
    ],
    value: error,
  };
}

const SPLITTER = 2 ** 27 + 1;
const multiply = (a: Expression, b: Expression): Expression => op('f64.mul', a, b);
const subtract = (a: Expression, b: Expression): Expression => op('f64.sub', a, b);

/** Veltkamp's splitting of a double into two halves of at most 26 bits. */
function split(value: Expression): { statements: Statement[]; high: Temporary; low: Temporary } {
  const [scaled, high, low] = [temporary('f64'), temporary('f64'), temporary('f64')] as const;
  const splitter = floatConstant('f64', SPLITTER);
  return {
    statements: [
      define(scaled, multiply(splitter, value)),
      define(high, subtract(scaled, subtract(scaled, value))),
      define(low, subtract(value, high)),
    ],
    high,
    low,
  };
}

/** The error of the double `product = a * b` (Dekker's product): exactly a * b - product. */
export function errorOfProduct(a: Expression, b: Expression, product: Expression): Derived {
  const [left, right] = [split(a), split(b)];
  const error = temporary('f64');
  const sum = (x: Expression, y: Expression): Expression => op('f64.add', x, y);
  const high = subtract(multiply(left.high, right.high), product);
  const middle = sum(sum(high, multiply(left.high, right.low)), multiply(left.low, right.high));
  return {
    statements: [
      ...left.statements,
      ...right.statements,
      define(error, sum(middle, multiply(left.low, right.low))),
    ],
    value: error,
  };
}

/**
 * `sum` rounded to odd instead of to nearest, given its error: if it is inexact its last bit is 1. A value rounded to
 * odd with two or more spare bits can be rounded again without double rounding (Boldo and Melquiond, 'Emulation of FMA
 * and correctly rounded sums: proved algorithms using rounding to odd', 2008).
 */
export function roundedToOdd(sum: Expression, error: Expression): Expression {
  const bits = op('i64.reinterpret_f64', sum);
  const errorBits = op('i64.reinterpret_f64', error);
  // One unit away from zero when the error has the sign of the sum, else one unit towards it.
  const unit = op('i64.or', op('i64.shr_s', op('i64.xor', bits, errorBits), i64(63)), i64(1));
  const zero = floatConstant('f64', 0);
  const isEven = op('i64.eqz', op('i64.and', bits, i64(1)));
  const mustMove = op('i32.and', op('f64.ne', error, zero), isEven);
  return op('f64.reinterpret_i64', select(mustMove, op('i64.add', bits, unit), bits));
}
