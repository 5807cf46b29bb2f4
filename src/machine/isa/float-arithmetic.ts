/**
 * F and D: addition, subtraction, multiplication, division, square root and fused multiply-add. In round-to-nearest-
 * even the fast paths of ../float/fast do them with the host's own operations where that is safe; everything else is an
 * exact operation.
 */

import type { Arithmetic, Checked } from '../float/fast/arithmetic.ts';
import * as double from '../float/fast/double.ts';
import { expressionArithmetic } from '../float/fast/expression-arithmetic.ts';
import * as single from '../float/fast/single.ts';
import { type Definition, instruction } from './definition.ts';
import { pattern } from './encoding.ts';
import {
  type Expression,
  fflags,
  fusedMultiplyAdd,
  hostFuses,
  i32,
  op,
  type RegisterField,
  type Temporary,
  temporary,
} from './expressions.ts';
import {
  accrueIf,
  all,
  DOUBLE,
  exactly,
  type FloatFormat,
  type FloatOperand,
  floatOperand,
  fromDouble,
  negatedOperand,
  roundsToNearestEven,
  SINGLE,
  writeBits,
  writeExact,
} from './float-format.ts';
import { FloatFlag, FloatOperation, type FloatOperationName } from './float-operations.ts';
import { define, rarely, type Statement, when } from './statements.ts';

const OP_FP = 0x53;

type On = Arithmetic<Expression, Expression>;

export interface ShortWay {
  /** Result, safety and inexactness; operands and result are doubles. */
  readonly checked: (on: On, ...operands: Expression[]) => Checked<Expression, Expression>;
  /** The result alone, which will do once inexactness has been recorded, if it is an ordinary one. */
  readonly plain?: (on: On, ...operands: Expression[]) => Expression;
  /** Is the plain way there only where the host fuses multiplication and addition? */
  readonly plainIsFused?: boolean;
}

const inexactIsRecorded = op('i32.and', fflags, i32(FloatFlag.nx));

/**
 * Does an operation the short way if that is safe, else exactly. Only the plain way is worth being done in place: the
 * rest takes long anyhow.
 */
export function computed(
  format: FloatFormat,
  operands: readonly FloatOperand[],
  way: ShortWay,
  exact: FloatOperationName,
): readonly Statement[] {
  const [result, safe] = [temporary('f64'), temporary('i32')] as const;
  const write = writeBits(format, fromDouble(format, result));
  const reads = operands.map(({ read }) => read);
  const thoroughly = rarely(
    when(roundsToNearestEven, thorough(operands, way, result, safe)),
    when(
      safe,
      [write],
      exactly(
        FloatOperation[exact],
        operands.map(({ wide }) => wide),
        writeExact(format),
      ),
    ),
  );
  const { plain } = way;
  if (plain === undefined) return [...reads, define(safe, i32(0)), thoroughly];
  const plainly: Statement[] = [];
  const on = expressionArithmetic(plainly);
  const ordinary = format.suffix === 's' ? single.isOrdinarySingle : double.isOrdinaryDouble;
  plainly.push(define(result, plain(on, ...operands.map(({ asDouble }) => asDouble))));
  plainly.push(define(safe, ordinary(on, result)));
  const shortly = when(all(roundsToNearestEven, inexactIsRecorded), plainly);
  return [
    ...reads,
    define(safe, i32(0)),
    way.plainIsFused === true ? when(hostFuses, [shortly]) : shortly,
    when(safe, [write], [thoroughly]),
  ];
}

/** Computes result, safety and inexactness, and records the last. */
function thorough(
  operands: readonly FloatOperand[],
  way: ShortWay,
  result: Temporary,
  safe: Temporary,
): readonly Statement[] {
  const values = operands.map(() => temporary('f64'));
  const statements: Statement[] = [];
  const checked = way.checked(expressionArithmetic(statements), ...values);
  return [
    ...operands.map(({ asDouble }, i) => define(values[i] as Temporary, asDouble)),
    ...statements,
    define(result, checked.result),
    define(safe, checked.safe),
    accrueIf(all(safe, checked.inexact), FloatFlag.nx),
  ];
}

interface Operation {
  readonly name: string;
  readonly funct7: number;
  readonly operands: 1 | 2;
  readonly ways: Record<FloatFormat['suffix'], ShortWay>;
  readonly exact: Record<FloatFormat['suffix'], FloatOperationName>;
}

type Plain = (on: On, ...operands: Expression[]) => Expression;

/** The ways of both formats; the plain result of singles is rounded once more, which is innocuous. */
const ways = (s: ShortWay['checked'], d: ShortWay['checked'], plain: Plain): Operation['ways'] => ({
  s: { checked: s, plain: (on, ...operands) => on.toSingle(plain(on, ...operands)) },
  d: { checked: d, plain },
});

const OPERATIONS: readonly Operation[] = [
  {
    name: 'fadd',
    funct7: 0x00,
    operands: 2,
    ways: ways(single.addSingles, double.addDoubles, (on, a, b) => on.add(a, b)),
    exact: { s: 'addSingle', d: 'addDouble' },
  },
  {
    name: 'fsub',
    funct7: 0x04,
    operands: 2,
    ways: ways(single.subtractSingles, double.subtractDoubles, (on, a, b) => on.subtract(a, b)),
    exact: { s: 'subtractSingle', d: 'subtractDouble' },
  },
  {
    name: 'fmul',
    funct7: 0x08,
    operands: 2,
    ways: ways(single.multiplySingles, double.multiplyDoubles, (on, a, b) => on.multiply(a, b)),
    exact: { s: 'multiplySingle', d: 'multiplyDouble' },
  },
  {
    name: 'fdiv',
    funct7: 0x0c,
    operands: 2,
    ways: ways(single.divideSingles, double.divideDoubles, (on, a, b) => on.divide(a, b)),
    exact: { s: 'divideSingle', d: 'divideDouble' },
  },
  {
    name: 'fsqrt',
    funct7: 0x2c,
    operands: 1,
    ways: ways(single.squareRootOfSingle, double.squareRootOfDouble, (on, a) => on.squareRoot(a)),
    exact: { s: 'squareRootSingle', d: 'squareRootDouble' },
  },
];

function arithmetic(format: FloatFormat, operation: Operation): Definition {
  const { name, funct7, operands, ways, exact } = operation;
  const fields: readonly RegisterField[] = operands === 1 ? ['rs1'] : ['rs1', 'rs2'];
  const encoding = pattern(
    [6, 0, OP_FP],
    [31, 25, funct7 | format.code],
    ...(operands === 1 ? [[24, 20, 0] as const] : []),
  );
  return instruction(
    `${name}.${format.suffix}`,
    operands === 1 ? 'unaryRounded' : 'rounded',
    encoding,
    computed(
      format,
      fields.map((field) => floatOperand(format, field)),
      ways[format.suffix],
      exact[format.suffix],
    ),
  );
}

/** The host's own, where it rounds once. */
const fusedDoubles: Plain = (_on, ...[a, b, c]) =>
  fusedMultiplyAdd('f64', a as Expression, b as Expression, c as Expression);
const fusedSingles: Plain = (_on, ...operands) => {
  const [a, b, c] = operands.map((operand) => op('f32.demote_f64', operand));
  return op('f64.promote_f32', fusedMultiplyAdd('f32', a as Expression, b as Expression, c as Expression));
};

/** The four differ in the signs of the product and of the addend. */
function fused(
  format: FloatFormat,
  name: string,
  opcode: number,
  negateProduct: boolean,
  negateAddend: boolean,
): Definition {
  const operands = [
    negateProduct ? negatedOperand(format, 'rs1') : floatOperand(format, 'rs1'),
    floatOperand(format, 'rs2'),
    negateAddend ? negatedOperand(format, 'rs3') : floatOperand(format, 'rs3'),
  ];
  const isSingle = format.suffix === 's';
  const plain = isSingle ? fusedSingles : fusedDoubles;
  const checked = isSingle ? single.fusedMultiplyAddSingles : double.fusedMultiplyAddDoubles;
  return instruction(
    `${name}.${format.suffix}`,
    'R4',
    pattern([6, 0, opcode], [26, 25, format.code]),
    computed(
      format,
      operands,
      { checked, plain, plainIsFused: true },
      isSingle ? 'fusedMultiplyAddSingle' : 'fusedMultiplyAddDouble',
    ),
  );
}

const arithmeticOf = (format: FloatFormat): readonly Definition[] => [
  ...OPERATIONS.map((operation) => arithmetic(format, operation)),
  fused(format, 'fmadd', 0x43, false, false),
  fused(format, 'fmsub', 0x47, false, true),
  fused(format, 'fnmsub', 0x4b, true, false),
  fused(format, 'fnmadd', 0x4f, true, true),
];

export const floatArithmeticInstructions: readonly Definition[] = [SINGLE, DOUBLE].flatMap(arithmeticOf);
