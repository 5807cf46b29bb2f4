/**
 * The entry to the exact floating-point arithmetic: one function for every `FloatOperation` number.
 *
 * Rules: operands, result and rounding mode are as src/machine/isa/float-operations.ts describes them; the flags go to
 * the caller's sink (see flags.ts). This is the slow path: exact in every case, by integer arithmetic alone, and so the
 * same on every host. Comparisons and fclass, which never need it, are in comparison.ts for whoever wants them.
 */

import { FloatOperation, type FloatOperationName, RoundingMode } from '../isa/float-operations.ts';
import { maximum, minimum } from './comparison.ts';
import {
  convertFormat,
  fromInteger,
  INT32,
  INT64,
  type IntegerType,
  toInteger,
  UINT32,
  UINT64,
} from './conversion.ts';
import type { RaiseFlags } from './flags.ts';
import { DOUBLE, type FloatFormat, SINGLE } from './format.ts';
import { divide, multiply, squareRoot } from './product.ts';
import { add, fusedMultiplyAdd, subtract } from './sum.ts';

type Implementation = (a: bigint, b: bigint, c: bigint, rounding: number, raise: RaiseFlags) => bigint;

type Binary = (format: FloatFormat, a: bigint, b: bigint, rounding: number, raise: RaiseFlags) => bigint;

type Choice = (format: FloatFormat, a: bigint, b: bigint, raise: RaiseFlags) => bigint;

function binary(operation: Binary, format: FloatFormat): Implementation {
  const { width } = format;
  return (a, b, _c, rounding, raise) =>
    operation(format, BigInt.asUintN(width, a), BigInt.asUintN(width, b), rounding, raise);
}

function choice(operation: Choice, format: FloatFormat): Implementation {
  const { width } = format;
  return (a, b, _c, _rounding, raise) =>
    operation(format, BigInt.asUintN(width, a), BigInt.asUintN(width, b), raise);
}

function root(format: FloatFormat): Implementation {
  return (a, _b, _c, rounding, raise) => squareRoot(format, BigInt.asUintN(format.width, a), rounding, raise);
}

function fused(format: FloatFormat): Implementation {
  const { width } = format;
  return (a, b, c, rounding, raise) =>
    fusedMultiplyAdd(
      format,
      BigInt.asUintN(width, a),
      BigInt.asUintN(width, b),
      BigInt.asUintN(width, c),
      rounding,
      raise,
    );
}

function floatToInteger(format: FloatFormat, type: IntegerType): Implementation {
  return (a, _b, _c, rounding, raise) =>
    toInteger(format, type, BigInt.asUintN(format.width, a), rounding, raise);
}

function integerToFloat(type: IntegerType, format: FloatFormat): Implementation {
  return (a, _b, _c, rounding, raise) => fromInteger(format, type, a, rounding, raise);
}

function floatToFloat(from: FloatFormat, to: FloatFormat): Implementation {
  return (a, _b, _c, rounding, raise) =>
    convertFormat(from, to, BigInt.asUintN(from.width, a), rounding, raise);
}

const BY_NAME: Readonly<Record<FloatOperationName, Implementation>> = {
  addSingle: binary(add, SINGLE),
  subtractSingle: binary(subtract, SINGLE),
  multiplySingle: binary(multiply, SINGLE),
  divideSingle: binary(divide, SINGLE),
  squareRootSingle: root(SINGLE),
  fusedMultiplyAddSingle: fused(SINGLE),
  minimumSingle: choice(minimum, SINGLE),
  maximumSingle: choice(maximum, SINGLE),

  addDouble: binary(add, DOUBLE),
  subtractDouble: binary(subtract, DOUBLE),
  multiplyDouble: binary(multiply, DOUBLE),
  divideDouble: binary(divide, DOUBLE),
  squareRootDouble: root(DOUBLE),
  fusedMultiplyAddDouble: fused(DOUBLE),
  minimumDouble: choice(minimum, DOUBLE),
  maximumDouble: choice(maximum, DOUBLE),

  singleToInt32: floatToInteger(SINGLE, INT32),
  singleToUint32: floatToInteger(SINGLE, UINT32),
  singleToInt64: floatToInteger(SINGLE, INT64),
  singleToUint64: floatToInteger(SINGLE, UINT64),

  doubleToInt32: floatToInteger(DOUBLE, INT32),
  doubleToUint32: floatToInteger(DOUBLE, UINT32),
  doubleToInt64: floatToInteger(DOUBLE, INT64),
  doubleToUint64: floatToInteger(DOUBLE, UINT64),

  int32ToSingle: integerToFloat(INT32, SINGLE),
  uint32ToSingle: integerToFloat(UINT32, SINGLE),
  int64ToSingle: integerToFloat(INT64, SINGLE),
  uint64ToSingle: integerToFloat(UINT64, SINGLE),

  int32ToDouble: integerToFloat(INT32, DOUBLE),
  uint32ToDouble: integerToFloat(UINT32, DOUBLE),
  int64ToDouble: integerToFloat(INT64, DOUBLE),
  uint64ToDouble: integerToFloat(UINT64, DOUBLE),

  doubleToSingle: floatToFloat(DOUBLE, SINGLE),
  singleToDouble: floatToFloat(SINGLE, DOUBLE),
};

const BY_NUMBER: readonly Implementation[] = tableByNumber();

function tableByNumber(): Implementation[] {
  const table: Implementation[] = [];
  for (const name of Object.keys(FloatOperation) as FloatOperationName[]) {
    table[FloatOperation[name]] = BY_NAME[name];
  }
  return table;
}

/**
 * Computes one operation exactly.
 *
 * @param operation a `FloatOperation` number
 * @param a first operand, taken modulo the width it is read at; so are `b` and `c`
 * @param rounding one of the five `RoundingMode` values, also for the operations that never round
 * @param raise receives the flags raised, if any
 * @returns the result's 64-bit pattern as an unsigned bigint
 * @throws RangeError if there is no such operation or no such rounding mode: the engine must trap before it comes here
 */
export function floatOperation(
  operation: number,
  a: bigint,
  b: bigint,
  c: bigint,
  rounding: number,
  raise: RaiseFlags,
): bigint {
  const implementation = BY_NUMBER[operation];
  if (implementation === undefined) throw new RangeError(`no floating-point operation ${operation}`);
  if (!(rounding >= RoundingMode.rne && rounding <= RoundingMode.rmm)) {
    throw new RangeError(`no rounding mode ${rounding}`);
  }
  return implementation(a, b, c, rounding, raise);
}
