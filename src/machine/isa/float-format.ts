/**
 * What F and D have in common (RISC-V Unprivileged ISA manual 20191213, chapters 11 and 12): how a format is kept in a
 * register, and pieces of meaning that every floating-point instruction is made of. A single is NaN-boxed: the upper 32
 * bits are ones, and an operand that is not boxed counts as the canonical NaN.
 */

import type { PlainName } from '../wasm/instructions.ts';
import {
  type Expression,
  f,
  fflags,
  i32,
  i64,
  low32,
  op,
  or,
  type RegisterField,
  rounding,
  select,
  type Temporary,
  temporary,
} from './expressions.ts';
import type { FloatOperationNumber } from './float-operations.ts';
import { define, type Statement, trap, when, writeF } from './statements.ts';
import { TrapCause } from './trap-causes.ts';

export interface FloatFormat {
  readonly suffix: 's' | 'd';
  /** The `fmt` field of an encoding. */
  readonly code: 0 | 1;
  readonly float: 'f32' | 'f64';
  /** The integer type of the format's bit patterns. */
  readonly bits: 'i32' | 'i64';
  readonly fractionBits: number;
  /** The exponent field of infinities and NaNs. */
  readonly topExponent: number;
  readonly canonicalNaN: bigint;
}

export const SINGLE: FloatFormat = {
  suffix: 's',
  code: 0,
  float: 'f32',
  bits: 'i32',
  fractionBits: 23,
  topExponent: 0xff,
  canonicalNaN: 0x7fc00000n,
};

export const DOUBLE: FloatFormat = {
  suffix: 'd',
  code: 1,
  float: 'f64',
  bits: 'i64',
  fractionBits: 52,
  topExponent: 0x7ff,
  canonicalNaN: 0x7ff8000000000000n,
};

export const FORMATS_OF_FLOATS: readonly FloatFormat[] = [SINGLE, DOUBLE];

const BOX = 0xffffffff00000000n;

/** A constant of the format's bit type. */
export const pattern = (format: FloatFormat, value: bigint): Expression =>
  format.bits === 'i32' ? i32(Number(BigInt.asIntN(32, value))) : i64(value);

/** An operation on the format's bit type or float type. */
export const onBits = (format: FloatFormat, name: string, ...operands: Expression[]): Expression =>
  op(`${format.bits}.${name}` as PlainName, ...operands);
export const onFloats = (format: FloatFormat, name: string, ...operands: Expression[]): Expression =>
  op(`${format.float}.${name}` as PlainName, ...operands);

export const toFloat = (format: FloatFormat, bits: Expression): Expression =>
  format.bits === 'i32' ? op('f32.reinterpret_i32', bits) : op('f64.reinterpret_i64', bits);
export const toBits = (format: FloatFormat, value: Expression): Expression =>
  format.bits === 'i32' ? op('i32.reinterpret_f32', value) : op('i64.reinterpret_f64', value);

/** A register's bits in the format. */
export function unboxed(format: FloatFormat, field: RegisterField): Expression {
  const register = f(field);
  if (format.bits === 'i64') return register;
  const isBoxed = op('i64.ge_u', register, i64(BOX));
  return select(isBoxed, low32(register), i32(Number(format.canonicalNaN)));
}

/** Bits of the format as a register keeps them. */
export const boxed = (format: FloatFormat, bits: Expression): Expression =>
  format.bits === 'i64' ? bits : or(op('i64.extend_i32_u', bits), i64(BOX));

/** Bits of the format in 64 bits, zeros above. */
export const widened = (format: FloatFormat, bits: Expression): Expression =>
  format.bits === 'i64' ? bits : op('i64.extend_i32_u', bits);

export const writeBits = (format: FloatFormat, bits: Expression): Statement =>
  writeF('rd', boxed(format, bits));

/** An operand: its bits in a temporary, and that temporary as a float and as a double of the same value. */
export interface FloatOperand {
  readonly bits: Temporary;
  readonly value: Expression;
  readonly asDouble: Expression;
  /** The bits in 64, as exact operations take them. */
  readonly wide: Expression;
  readonly read: Statement;
}

function operandFrom(format: FloatFormat, source: Expression): FloatOperand {
  const bits = temporary(format.bits);
  const value = toFloat(format, bits);
  const asDouble = format.float === 'f32' ? op('f64.promote_f32', value) : value;
  return { bits, value, asDouble, wide: widened(format, bits), read: define(bits, source) };
}

export const floatOperand = (format: FloatFormat, field: RegisterField): FloatOperand =>
  operandFrom(format, unboxed(format, field));

/** The format's sign bit alone. */
export const signBit = (format: FloatFormat): Expression =>
  pattern(format, format.bits === 'i32' ? 1n << 31n : 1n << 63n);

export const negatedOperand = (format: FloatFormat, field: RegisterField): FloatOperand =>
  operandFrom(format, onBits(format, 'xor', unboxed(format, field), signBit(format)));

/** The bits in the format of a double that has a value of the format. */
export const fromDouble = (format: FloatFormat, value: Expression): Expression =>
  toBits(format, format.float === 'f32' ? op('f32.demote_f64', value) : value);

/** The biased exponent, an i32. */
export function exponentOf(format: FloatFormat, bits: Expression): Expression {
  const shifted = onBits(format, 'shr_u', bits, pattern(format, BigInt(format.fractionBits)));
  const narrow = format.bits === 'i64' ? low32(shifted) : shifted;
  return op('i32.and', narrow, i32(format.topExponent));
}

/** The bits without the sign. */
export function magnitude(format: FloatFormat, bits: Expression): Expression {
  return onBits(format, 'and', bits, onBits(format, 'xor', signBit(format), pattern(format, -1n)));
}

export const isZero = (format: FloatFormat, bits: Expression): Expression =>
  onBits(format, 'eqz', magnitude(format, bits));

const infinity = (format: FloatFormat): bigint => BigInt(format.topExponent) << BigInt(format.fractionBits);

export const isNotANumber = (format: FloatFormat, bits: Expression): Expression =>
  onBits(format, 'gt_u', magnitude(format, bits), pattern(format, infinity(format)));

/** A signalling NaN: a NaN whose highest fraction bit is 0. */
export function isSignalling(format: FloatFormat, bits: Expression): Expression {
  const quietBit = pattern(format, 1n << BigInt(format.fractionBits - 1));
  const isQuiet = onBits(format, 'ne', onBits(format, 'and', bits, quietBit), pattern(format, 0n));
  return op('i32.and', isNotANumber(format, bits), op('i32.eqz', isQuiet));
}

export const accrue = (flags: Expression): Statement => ({
  kind: 'writeFloatStatus',
  field: 'fflags',
  value: op('i32.or', fflags, flags),
});

/** Raises one flag if a condition (0 or 1) holds. */
export const accrueIf = (condition: Expression, flag: number): Statement =>
  accrue(op('i32.mul', condition, i32(flag)));

/** A reserved mode in `frm` makes an instruction with a dynamic mode illegal. */
export const checkRounding: Statement = when(op('i32.gt_u', rounding, i32(4)), [
  trap(TrapCause.illegalInstruction, i64(0)),
]);

export const roundsToNearestEven: Expression = op('i32.eqz', rounding);

/** The exact operation for whatever the short way does not cover. `finish` writes the result. */
export function exactly(
  operation: FloatOperationNumber,
  operands: readonly Expression[],
  finish: (result: Temporary) => Statement,
): readonly Statement[] {
  const [result, flags] = [temporary('i64'), temporary('i32')] as const;
  return [
    checkRounding,
    { kind: 'exactFloat', operation, operands, into: result, flags },
    accrue(flags),
    finish(result),
  ];
}

/** Finishes with a float result of the format, which came in the low bits. */
export const writeExact =
  (format: FloatFormat) =>
  (result: Temporary): Statement =>
    writeBits(format, format.bits === 'i64' ? result : low32(result));

export const all = (...conditions: readonly Expression[]): Expression =>
  conditions.reduce((a, b) => op('i32.and', a, b));
export const either = (a: Expression, b: Expression): Expression => op('i32.or', a, b);
