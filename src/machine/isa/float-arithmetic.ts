/**
 * F and D: addition, subtraction, multiplication, division and square root. In round-to-nearest-even, with results
 * well inside the range, the host's own operation gives the result and an error-free transformation says whether it is
 * inexact; everything else is an exact operation.
 */

import { type Definition, instruction } from './definition.ts';
import { type Pattern, pattern as wordPattern } from './encoding.ts';
import { errorOfProduct, errorOfSum } from './error-free.ts';
import { type Expression, floatConstant, op, type Temporary, temporary } from './expressions.ts';
import {
  all,
  either,
  exactly,
  exponentWithin,
  type FloatFormat,
  type FloatOperand,
  FORMATS_OF_FLOATS,
  floatOperand,
  isZero,
  onFloats,
  recordInexact,
  roundsToNearestEven,
  toBits,
  widened,
  writeBits,
  writeExact,
} from './float-format.ts';
import { FloatOperation, type FloatOperationNumber } from './float-operations.ts';
import { define, type Statement, when } from './statements.ts';

const OP_FP = 0x53;
/** Doubles: the error of a product is a double, and splitting does not overflow, in this range of exponents. */
const LOWEST_WITH_ERROR = 150;
const HIGHEST_WITH_ERROR = 0x7ff - 150;

const roundedAt = (format: FloatFormat, funct7: number): Pattern =>
  wordPattern([6, 0, OP_FP], [31, 25, funct7 | format.code]);

/** How an operation is done the short way. */
interface ShortWay {
  /** Whether the host's result stands (given that the rounding mode does). */
  readonly holds: (result: Temporary) => Expression;
  /** Statements and a condition that tell whether it is inexact. */
  readonly inexact: (result: Expression) => { statements: readonly Statement[]; condition: Expression };
}

function operate(
  format: FloatFormat,
  operands: readonly FloatOperand[],
  hostOperation: 'add' | 'sub' | 'mul' | 'div' | 'sqrt',
  exact: FloatOperationNumber,
  way: ShortWay,
): readonly Statement[] {
  const value = temporary(format.float);
  const result = temporary(format.bits);
  const { statements, condition } = way.inexact(value);
  return [
    ...operands.map(({ read }) => read),
    define(value, onFloats(format, hostOperation, ...operands.map((operand) => operand.value))),
    define(result, toBits(format, value)),
    when(
      all(roundsToNearestEven, way.holds(result)),
      [recordInexact(statements, condition), writeBits(format, result)],
      exactly(
        exact,
        operands.map(({ bits }) => widened(format, bits)),
        writeExact(format),
      ),
    ),
  ];
}

const differs = (format: FloatFormat, a: Expression, b: Expression): Expression =>
  onFloats(format, 'ne', a, b);
const zeroOf = (format: FloatFormat): Expression => floatConstant(format.float, 0);

/** Sums never underflow inexactly. */
function additive(
  format: FloatFormat,
  name: 'add' | 'sub',
  exact: FloatOperationNumber,
): readonly Statement[] {
  const [a, b] = [floatOperand(format, 'rs1'), floatOperand(format, 'rs2')] as const;
  const addend = name === 'add' ? b.value : onFloats(format, 'neg', b.value);
  return operate(format, [a, b], name, exact, {
    holds: (result) => exponentWithin(format, result, 0, format.topExponent - 2),
    inexact: (result) => {
      const error = errorOfSum(format, a.value, addend, result);
      return { statements: error.statements, condition: differs(format, error.value, zeroOf(format)) };
    },
  });
}

/** Whether `left * right` is not exactly `expected`; in range for errors of doubles. */
function productDiffers(
  format: FloatFormat,
  left: Expression,
  right: Expression,
  expected: Expression,
): { statements: readonly Statement[]; condition: Expression } {
  if (format.float === 'f32') {
    const wide = (value: Expression): Expression => op('f64.promote_f32', value);
    // The product of two singles is exact in double.
    const product = op('f64.mul', wide(left), wide(right));
    return { statements: [], condition: op('f64.ne', product, wide(expected)) };
  }
  const product = temporary('f64');
  const error = errorOfProduct(left, right, product);
  return {
    statements: [define(product, op('f64.mul', left, right)), ...error.statements],
    condition: either(op('f64.ne', product, expected), op('f64.ne', error.value, zeroOf(format))),
  };
}

/** A range of results in which neither they nor the check of their exactness overflow or underflow. */
const inRange = (format: FloatFormat, bits: Expression): Expression =>
  format.float === 'f32'
    ? exponentWithin(format, bits, 2, format.topExponent - 1)
    : exponentWithin(format, bits, LOWEST_WITH_ERROR, HIGHEST_WITH_ERROR);

function multiplication(format: FloatFormat, exact: FloatOperationNumber): readonly Statement[] {
  const [a, b] = [floatOperand(format, 'rs1'), floatOperand(format, 'rs2')] as const;
  const [zeroA, zeroB] = [isZero(format, a.bits), isZero(format, b.bits)];
  return operate(format, [a, b], 'mul', exact, {
    holds: (result) =>
      all(
        either(inRange(format, a.bits), zeroA),
        either(inRange(format, b.bits), zeroB),
        either(inRange(format, result), either(zeroA, zeroB)),
      ),
    inexact: (result) => productDiffers(format, a.value, b.value, result),
  });
}

function division(format: FloatFormat, exact: FloatOperationNumber): readonly Statement[] {
  const [a, b] = [floatOperand(format, 'rs1'), floatOperand(format, 'rs2')] as const;
  return operate(format, [a, b], 'div', exact, {
    holds: (result) =>
      all(
        inRange(format, b.bits),
        either(isZero(format, a.bits), all(inRange(format, result), inRange(format, a.bits))),
      ),
    inexact: (result) => productDiffers(format, result, b.value, a.value),
  });
}

function squareRoot(format: FloatFormat, exact: FloatOperationNumber): readonly Statement[] {
  const a = floatOperand(format, 'rs1');
  return operate(format, [a], 'sqrt', exact, {
    holds: (result) => either(isZero(format, a.bits), all(inRange(format, result), inRange(format, a.bits))),
    inexact: (result) => productDiffers(format, result, result, a.value),
  });
}

function arithmeticOf(format: FloatFormat): readonly Definition[] {
  const { suffix } = format;
  const operation = (single: FloatOperationNumber, double: FloatOperationNumber): FloatOperationNumber =>
    suffix === 's' ? single : double;
  const { addSingle, addDouble, subtractSingle, subtractDouble, multiplySingle, multiplyDouble } =
    FloatOperation;
  const { divideSingle, divideDouble, squareRootSingle, squareRootDouble } = FloatOperation;
  const binary = (name: string, funct7: number, meaning: readonly Statement[]): Definition =>
    instruction(`${name}.${suffix}`, 'rounded', roundedAt(format, funct7), meaning);
  return [
    binary('fadd', 0x00, additive(format, 'add', operation(addSingle, addDouble))),
    binary('fsub', 0x04, additive(format, 'sub', operation(subtractSingle, subtractDouble))),
    binary('fmul', 0x08, multiplication(format, operation(multiplySingle, multiplyDouble))),
    binary('fdiv', 0x0c, division(format, operation(divideSingle, divideDouble))),
    instruction(
      `fsqrt.${suffix}`,
      'unaryRounded',
      wordPattern([6, 0, OP_FP], [24, 20, 0], [31, 25, 0x2c | format.code]),
      squareRoot(format, operation(squareRootSingle, squareRootDouble)),
    ),
  ];
}

export const floatArithmeticInstructions: readonly Definition[] = FORMATS_OF_FLOATS.flatMap(arithmeticOf);
