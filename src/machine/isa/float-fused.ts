/**
 * F and D: fused multiply-add. In round-to-nearest-even and well inside the range it is put together from error-free
 * transformations and one rounding to odd (Boldo and Melquiond 2008, cited in error-free.ts); everything else is an
 * exact operation. The four instructions differ in signs of the first operand and the addend.
 */

import { type Definition, instruction } from './definition.ts';
import { pattern as wordPattern } from './encoding.ts';
import { errorOfProduct, errorOfSum, roundedToOdd } from './error-free.ts';
import { type Expression, floatConstant, op, type RegisterField, temporary } from './expressions.ts';
import {
  all,
  DOUBLE,
  either,
  exactly,
  exponentWithin,
  type FloatFormat,
  type FloatOperand,
  floatOperand,
  isZero,
  onBits,
  pattern,
  recordInexact,
  roundsToNearestEven,
  SINGLE,
  toFloat,
  unboxed,
  widened,
  writeBits,
  writeExact,
} from './float-format.ts';
import { FloatOperation } from './float-operations.ts';
import { define, type Statement, when } from './statements.ts';

/** An operand, negated if asked. */
function signed(format: FloatFormat, field: RegisterField, negative: boolean): FloatOperand {
  if (!negative) return floatOperand(format, field);
  const bits = temporary(format.bits);
  const signBit = pattern(format, format.bits === 'i32' ? 1n << 31n : 1n << 63n);
  const flipped = onBits(format, 'xor', unboxed(format, field), signBit);
  return { bits, value: toFloat(format, bits), read: define(bits, flipped) };
}

const notZero = (value: Expression): Expression => op('f64.ne', value, floatConstant('f64', 0));
const isZeroValue = (value: Expression): Expression => op('f64.eq', value, floatConstant('f64', 0));

/** The product of singles is exact in double; the sum is rounded to odd there, then once to single. */
function fuseSingles(a: FloatOperand, b: FloatOperand, c: FloatOperand): readonly Statement[] {
  const wide = (value: Expression): Expression => op('f64.promote_f32', value);
  const [product, addend, sum, odd] = [
    temporary('f64'),
    temporary('f64'),
    temporary('f64'),
    temporary('f64'),
  ] as const;
  const result = temporary('i32');
  const error = errorOfSum(DOUBLE, product, addend, sum);
  const inexact = op('f64.ne', wide(toFloat(SINGLE, result)), odd);
  const holds = either(exponentWithin(SINGLE, result, 2, SINGLE.topExponent - 1), isZeroValue(odd));
  return [
    define(product, op('f64.mul', wide(a.value), wide(b.value))),
    define(addend, wide(c.value)),
    define(sum, op('f64.add', product, addend)),
    ...error.statements,
    define(odd, roundedToOdd(sum, error.value)),
    define(result, op('i32.reinterpret_f32', op('f32.demote_f64', odd))),
    when(
      all(roundsToNearestEven, holds),
      [recordInexact([], inexact), writeBits(SINGLE, result)],
      exactly(FloatOperation.fusedMultiplyAddSingle, exactOperands(SINGLE, a, b, c), writeExact(SINGLE)),
    ),
  ];
}

const exactOperands = (format: FloatFormat, ...operands: readonly FloatOperand[]): readonly Expression[] =>
  operands.map(({ bits }) => widened(format, bits));

/** Exponents of factors and addend for which no intermediate of the double algorithm overflows or underflows. */
const FACTOR_RANGE = [1023 - 400, 1023 + 400] as const;
const ADDEND_RANGE = [1023 - 800, 1023 + 800] as const;

const usable = ({ bits }: FloatOperand, [lowest, highest]: readonly [number, number]): Expression =>
  either(exponentWithin(DOUBLE, bits, lowest, highest), isZero(DOUBLE, bits));

function fuseDoubles(a: FloatOperand, b: FloatOperand, c: FloatOperand): readonly Statement[] {
  const sumOf = (left: Expression, right: Expression) => {
    const sum = temporary('f64');
    const error = errorOfSum(DOUBLE, left, right, sum);
    return {
      sum,
      error: error.value,
      statements: [define(sum, op('f64.add', left, right)), ...error.statements],
    };
  };
  const product = temporary('f64');
  const lost = errorOfProduct(a.value, b.value, product);
  const low = sumOf(c.value, lost.value);
  const high = sumOf(product, low.sum);
  const rest = sumOf(low.error, high.error);
  const odd = temporary('f64');
  const total = sumOf(high.sum, odd);
  const [, ...errorOfTotal] = total.statements;
  const holds = all(
    usable(a, FACTOR_RANGE),
    usable(b, FACTOR_RANGE),
    usable(c, ADDEND_RANGE),
    notZero(total.sum),
  );
  return [
    define(product, op('f64.mul', a.value, b.value)),
    ...lost.statements,
    ...low.statements,
    ...high.statements,
    ...rest.statements,
    define(odd, roundedToOdd(rest.sum, rest.error)),
    define(total.sum, op('f64.add', high.sum, odd)),
    when(
      all(roundsToNearestEven, holds),
      [
        recordInexact(errorOfTotal, either(notZero(rest.error), notZero(total.error))),
        writeBits(DOUBLE, op('i64.reinterpret_f64', total.sum)),
      ],
      exactly(FloatOperation.fusedMultiplyAddDouble, exactOperands(DOUBLE, a, b, c), writeExact(DOUBLE)),
    ),
  ];
}

function fused(
  format: FloatFormat,
  name: string,
  opcode: number,
  negateProduct: boolean,
  negateAddend: boolean,
): Definition {
  const a = signed(format, 'rs1', negateProduct);
  const b = floatOperand(format, 'rs2');
  const c = signed(format, 'rs3', negateAddend);
  const fuse = format.float === 'f32' ? fuseSingles : fuseDoubles;
  return instruction(`${name}.${format.suffix}`, 'R4', wordPattern([6, 0, opcode], [26, 25, format.code]), [
    a.read,
    b.read,
    c.read,
    ...fuse(a, b, c),
  ]);
}

export const floatFusedInstructions: readonly Definition[] = [SINGLE, DOUBLE].flatMap((format) => [
  fused(format, 'fmadd', 0x43, false, false),
  fused(format, 'fmsub', 0x47, false, true),
  fused(format, 'fnmsub', 0x4b, true, false),
  fused(format, 'fnmadd', 0x4f, true, true),
]);
