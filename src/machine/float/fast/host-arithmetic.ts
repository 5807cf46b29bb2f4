/**
 * The fast paths' arithmetic done at once, on numbers. ECMAScript's operators are IEEE 754 doubles rounded to nearest
 * even, each by itself (ECMA-262, 6.1.6.1), which is all that is asked.
 */

import type { Arithmetic } from './arithmetic.ts';

export const hostArithmetic: Arithmetic<number, boolean> = {
  constant: (value) => value,
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  squareRoot: Math.sqrt,
  negate: (a) => -a,
  absolute: Math.abs,
  minimum: Math.min,
  maximum: Math.max,
  truncate: Math.trunc,
  toSingle: Math.fround,
  equal: (a, b) => a === b,
  differ: (a, b) => a !== b,
  less: (a, b) => a < b,
  lessOrEqual: (a, b) => a <= b,
  and: (a, b) => a && b,
  or: (a, b) => a || b,
  choose: (condition, whenTrue, whenFalse) => (condition ? whenTrue : whenFalse),
};
