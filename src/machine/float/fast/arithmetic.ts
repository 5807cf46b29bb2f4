/**
 * The arithmetic in which the fast paths are written: round-to-nearest-even on doubles, and nothing else.
 *
 * A fast path is a straight line of these operations, written once over an abstract arithmetic: computed directly
 * (host-arithmetic.ts) or turned into the expressions instructions are defined in (expression-arithmetic.ts), from
 * which WebAssembly is made. Every operation is one WebAssembly instruction, or two; a value may be used any number of
 * times. Nothing may depend on the sign or payload of a NaN.
 */

/**
 * @typeParam Float a double
 * @typeParam Truth a truth value
 */
export interface Arithmetic<Float, Truth> {
  constant(value: number): Float;
  add(a: Float, b: Float): Float;
  subtract(a: Float, b: Float): Float;
  multiply(a: Float, b: Float): Float;
  divide(a: Float, b: Float): Float;
  squareRoot(a: Float): Float;
  negate(a: Float): Float;
  absolute(a: Float): Float;
  /** NaN if either is. */
  minimum(a: Float, b: Float): Float;
  /** NaN if either is. */
  maximum(a: Float, b: Float): Float;
  /** Towards zero, to an integral double. */
  truncate(a: Float): Float;
  /** Rounds to single precision; the result is a double still. */
  toSingle(a: Float): Float;

  // Comparisons: false if either is a NaN, but for `differ`, which then is true. Zeros are equal.
  equal(a: Float, b: Float): Truth;
  differ(a: Float, b: Float): Truth;
  less(a: Float, b: Float): Truth;
  lessOrEqual(a: Float, b: Float): Truth;

  and(a: Truth, b: Truth): Truth;
  or(a: Truth, b: Truth): Truth;
  /** One of two doubles, both already computed. */
  choose(condition: Truth, whenTrue: Float, whenFalse: Float): Float;
}

/**
 * What a fast path gives.
 *
 * If `safe`, then `result` is the operation's result under round-to-nearest-even, not a NaN, and NX is the only flag it
 * raises, namely if `inexact`. If not safe, `result` and `inexact` mean nothing and the exact path must be taken.
 */
export interface Checked<Float, Truth> {
  readonly result: Float;
  readonly inexact: Truth;
  readonly safe: Truth;
}
