/**
 * F and D: loads and stores, sign injection, minimum and maximum, comparison, classification, moves. All exact, none
 * depends on the rounding mode.
 */

import { type Definition, instruction } from './definition.ts';
import { opcodeFunct3, type Pattern, pattern as wordPattern } from './encoding.ts';
import {
  add,
  type Expression,
  f,
  fromInt32,
  i32,
  i64,
  immediate,
  low32,
  op,
  select,
  temporary,
  truth,
  x,
} from './expressions.ts';
import {
  accrueIf,
  boxed,
  either,
  exponentOf,
  type FloatFormat,
  FORMATS_OF_FLOATS,
  floatOperand,
  isNotANumber,
  isSignalling,
  isZero,
  magnitude,
  onBits,
  onFloats,
  pattern,
  signBit,
  writeBits,
} from './float-format.ts';
import { FloatFlag } from './float-operations.ts';
import { define, load, rarely, type Statement, store, writeF, writeX } from './statements.ts';

const OP_FP = 0x53;

const encoded = (format: FloatFormat, funct7: number, funct3: number): Pattern =>
  wordPattern([6, 0, OP_FP], [14, 12, funct3], [31, 25, funct7 | format.code]);
const encodedUnary = (format: FloatFormat, funct7: number, funct3: number): Pattern =>
  wordPattern([6, 0, OP_FP], [14, 12, funct3], [24, 20, 0], [31, 25, funct7 | format.code]);

function memoryAccesses(format: FloatFormat): readonly Definition[] {
  const isSingle = format.suffix === 's';
  const letter = isSingle ? 'w' : 'd';
  const funct3 = isSingle ? 2 : 3;
  const address = add(x('rs1'), immediate);
  const value = temporary('i64');
  const whole = isSingle ? op('i64.or', value, i64(0xffffffff00000000n)) : value;
  return [
    instruction(
      `fl${letter}`,
      'I',
      opcodeFunct3(0x07, funct3),
      [load(value, isSingle ? 'i64.load32_u' : 'i64.load', address), writeF('rd', whole)],
      'frd,imm(rs1)',
    ),
    instruction(
      `fs${letter}`,
      'S',
      opcodeFunct3(0x27, funct3),
      [store(isSingle ? 'i64.store32' : 'i64.store', address, f('rs2'))],
      'frs2,imm(rs1)',
    ),
  ];
}

type SignRule = (signOfA: Expression, signOfB: Expression) => Expression;

function signInjection(format: FloatFormat, name: string, funct3: number, rule: SignRule): Definition {
  const [a, b] = [floatOperand(format, 'rs1'), floatOperand(format, 'rs2')] as const;
  const sign = onBits(format, 'and', rule(a.bits, b.bits), signBit(format));
  const rest = magnitude(format, a.bits);
  return instruction(
    `${name}.${format.suffix}`,
    'R',
    encoded(format, 0x10, funct3),
    [a.read, b.read, writeBits(format, onBits(format, 'or', rest, sign))],
    'frd,frs1,frs2',
  );
}

/** With one NaN the other operand, with two the canonical NaN; -0 is below +0. */
function extremum(format: FloatFormat, name: 'fmin' | 'fmax', funct3: number): Definition {
  const [a, b] = [floatOperand(format, 'rs1'), floatOperand(format, 'rs2')] as const;
  const isMinimum = name === 'fmin';
  const comparison = isMinimum ? 'lt' : 'gt';
  // Equal operands are the same but for the sign of zero: the one bit or the other of both.
  const equal = onBits(format, isMinimum ? 'or' : 'and', a.bits, b.bits);
  const ordered = select(
    onFloats(format, comparison, a.value, b.value),
    a.bits,
    select(onFloats(format, 'eq', a.value, b.value), equal, b.bits),
  );
  const canonical = pattern(format, format.canonicalNaN);
  const whenAIsNaN = select(isNotANumber(format, b.bits), canonical, b.bits);
  const result = select(
    isNotANumber(format, a.bits),
    whenAIsNaN,
    select(isNotANumber(format, b.bits), a.bits, ordered),
  );
  return instruction(
    `${name}.${format.suffix}`,
    'R',
    encoded(format, 0x14, funct3),
    [
      a.read,
      b.read,
      accrueIf(either(isSignalling(format, a.bits), isSignalling(format, b.bits)), FloatFlag.nv),
      writeBits(format, result),
    ],
    'frd,frs1,frs2',
  );
}

/** feq is quiet: only signalling NaNs are invalid; for flt and fle any NaN is. */
function comparison(format: FloatFormat, name: string, funct3: number, host: 'eq' | 'lt' | 'le'): Definition {
  const [a, b] = [floatOperand(format, 'rs1'), floatOperand(format, 'rs2')] as const;
  const invalid = host === 'eq' ? isSignalling : isNotANumber;
  return instruction(
    `${name}.${format.suffix}`,
    'R',
    encoded(format, 0x50, funct3),
    [
      a.read,
      b.read,
      accrueIf(either(invalid(format, a.bits), invalid(format, b.bits)), FloatFlag.nv),
      writeX('rd', truth(onFloats(format, host, a.value, b.value))),
    ],
    'rd,frs1,frs2',
  );
}

/**
 * fclass: one bit of ten. From -infinity (bit 0) by way of -0 (3) and +0 (4) to +infinity (7) they are in order, which
 * makes the negative ones the mirror image of the positive; NaNs are bits 8 and 9.
 */
function classification(format: FloatFormat): Definition {
  const a = floatOperand(format, 'rs1');
  const exponent = temporary('i32');
  const isNegative = onBits(format, 'lt_s', a.bits, pattern(format, 0n));
  const small = select(isZero(format, a.bits), i32(4), i32(5));
  const large = select(op('i32.eq', exponent, i32(format.topExponent)), i32(7), i32(6));
  const positive = select(op('i32.eqz', exponent), small, large);
  const number = select(isNegative, op('i32.sub', i32(7), positive), positive);
  const notANumber = select(isSignalling(format, a.bits), i32(8), i32(9));
  const bit = select(isNotANumber(format, a.bits), notANumber, number);
  return instruction(
    `fclass.${format.suffix}`,
    'unary',
    encodedUnary(format, 0x70, 1),
    [a.read, rarely(define(exponent, exponentOf(format, a.bits)), writeX('rd', shiftLeftOne(bit)))],
    'rd,frs1',
  );
}

const shiftLeftOne = (bit: Expression): Expression => truth(op('i32.shl', i32(1), bit));

/** Bits moved as they are: a single from a register is not checked for its box, and is sign-extended. */
function moves(format: FloatFormat): readonly Definition[] {
  const isSingle = format.suffix === 's';
  const letter = isSingle ? 'w' : 'd';
  const toInteger: Statement = writeX('rd', isSingle ? fromInt32(low32(f('rs1'))) : f('rs1'));
  const toFloat: Statement = writeF('rd', boxed(format, isSingle ? low32(x('rs1')) : x('rs1')));
  return [
    instruction(`fmv.x.${letter}`, 'unary', encodedUnary(format, 0x70, 0), [toInteger], 'rd,frs1'),
    instruction(`fmv.${letter}.x`, 'unary', encodedUnary(format, 0x78, 0), [toFloat], 'frd,rs1'),
  ];
}

function movesOf(format: FloatFormat): readonly Definition[] {
  const xorBits: SignRule = (a, b) => onBits(format, 'xor', a, b);
  return [
    ...memoryAccesses(format),
    signInjection(format, 'fsgnj', 0, (_a, b) => b),
    signInjection(format, 'fsgnjn', 1, (_a, b) => onBits(format, 'xor', b, pattern(format, -1n))),
    signInjection(format, 'fsgnjx', 2, xorBits),
    extremum(format, 'fmin', 0),
    extremum(format, 'fmax', 1),
    comparison(format, 'fle', 0, 'le'),
    comparison(format, 'flt', 1, 'lt'),
    comparison(format, 'feq', 2, 'eq'),
    classification(format),
    ...moves(format),
  ];
}

export const floatMoveInstructions: readonly Definition[] = FORMATS_OF_FLOATS.flatMap(movesOf);
