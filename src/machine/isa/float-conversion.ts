/**
 * F and D: conversions. To integers all rounding modes are done here; from integers and between formats
 * round-to-nearest-even is, and the rest are exact operations.
 */

import { doubleToSingle } from '../float/fast/single.ts';
import type { PlainName } from '../wasm/instructions.ts';
import { type Definition, instruction } from './definition.ts';
import { type Pattern, pattern as wordPattern } from './encoding.ts';
import {
  type Expression,
  floatConstant,
  fromInt32,
  i32,
  i64,
  low32,
  op,
  rounding,
  select,
  type Temporary,
  temporary,
  x,
} from './expressions.ts';
import { computed } from './float-arithmetic.ts';
import {
  accrue,
  accrueIf,
  all,
  checkRounding,
  DOUBLE,
  exactly,
  type FloatFormat,
  FORMATS_OF_FLOATS,
  floatOperand,
  isNotANumber,
  isSignalling,
  onFloats,
  pattern,
  roundsToNearestEven,
  SINGLE,
  toBits,
  writeBits,
  writeExact,
} from './float-format.ts';
import { FloatFlag, FloatOperation, RoundingMode } from './float-operations.ts';
import { define, rarely, type Statement, when, writeX } from './statements.ts';

const OP_FP = 0x53;

/** Conversions have the other format or the integer type in the rs2 field. */
const encoded = (funct7: number, kind: number): Pattern =>
  wordPattern([6, 0, OP_FP], [24, 20, kind], [31, 25, funct7]);

interface IntegerType {
  readonly suffix: 'w' | 'wu' | 'l' | 'lu';
  readonly kind: number;
  readonly width: 32 | 64;
  readonly isSigned: boolean;
}

const INTEGER_TYPES: readonly IntegerType[] = [
  { suffix: 'w', kind: 0, width: 32, isSigned: true },
  { suffix: 'wu', kind: 1, width: 32, isSigned: false },
  { suffix: 'l', kind: 2, width: 64, isSigned: true },
  { suffix: 'lu', kind: 3, width: 64, isSigned: false },
];

const smallest = ({ width, isSigned }: IntegerType): bigint => (isSigned ? -(1n << BigInt(width - 1)) : 0n);
const largest = ({ width, isSigned }: IntegerType): bigint =>
  (1n << BigInt(isSigned ? width - 1 : width)) - 1n;

/** An integer as a register holds it: 32-bit ones sign-extended, signed or not. */
const inRegister = ({ width }: IntegerType, value: bigint): Expression => i64(BigInt.asIntN(width, value));

/** `value` rounded to an integral value in the mode in force, which is not RTZ. */
function roundToIntegral(format: FloatFormat, value: Expression, truncated: Temporary): Expression {
  const half = floatConstant(format.float, 0.5);
  const one = floatConstant(format.float, 1);
  const fraction = onFloats(format, 'abs', onFloats(format, 'sub', value, truncated));
  const away = onFloats(format, 'add', truncated, onFloats(format, 'copysign', one, value));
  const ties = select(onFloats(format, 'ge', fraction, half), away, truncated);
  const inMode = (mode: number, result: Expression, otherwise: Expression): Expression =>
    select(op('i32.eq', rounding, i32(mode)), result, otherwise);
  return inMode(
    RoundingMode.rne,
    onFloats(format, 'nearest', value),
    inMode(
      RoundingMode.rdn,
      onFloats(format, 'floor', value),
      inMode(RoundingMode.rup, onFloats(format, 'ceil', value), ties),
    ),
  );
}

/** Out of range and NaN give the nearest integer of the type, NaN the largest, and are invalid but not inexact. */
function toInteger(format: FloatFormat, type: IntegerType): Definition {
  const a = floatOperand(format, 'rs1');
  const [truncated, rounded] = [temporary(format.float), temporary(format.float)] as const;
  const bound = (value: bigint): Expression => floatConstant(format.float, Number(value));
  // The bounds are powers of two, exact in both formats: below 2^n rather than up to 2^n - 1.
  const fits = all(
    onFloats(format, 'ge', rounded, bound(smallest(type))),
    onFloats(format, 'lt', rounded, bound(largest(type) + 1n)),
  );
  const isLow = onFloats(format, 'lt', rounded, bound(0n));
  const convert = op(`i64.trunc_${format.float}_${type.isSigned ? 's' : 'u'}` as PlainName, rounded);
  const value = type.width === 32 ? fromInt32(low32(convert)) : convert;
  return instruction(
    `fcvt.${type.suffix}.${format.suffix}`,
    'unaryRounded',
    encoded(0x60 | format.code, type.kind),
    [
      checkRounding,
      a.read,
      define(truncated, onFloats(format, 'trunc', a.value)),
      when(
        op('i32.eq', rounding, i32(RoundingMode.rtz)),
        [define(rounded, truncated)],
        [rarely(define(rounded, roundToIntegral(format, a.value, truncated)))],
      ),
      when(
        fits,
        [accrueIf(onFloats(format, 'ne', rounded, a.value), FloatFlag.nx), writeX('rd', value)],
        [
          accrue(i32(FloatFlag.nv)),
          writeX('rd', select(isLow, inRegister(type, smallest(type)), inRegister(type, largest(type)))),
        ],
      ),
    ],
    'rd,frs1,rm',
  );
}

const EXACT_FROM_INTEGER: Record<
  FloatFormat['suffix'],
  Record<IntegerType['suffix'], keyof typeof FloatOperation>
> = {
  s: { w: 'int32ToSingle', wu: 'uint32ToSingle', l: 'int64ToSingle', lu: 'uint64ToSingle' },
  d: { w: 'int32ToDouble', wu: 'uint32ToDouble', l: 'int64ToDouble', lu: 'uint64ToDouble' },
};

/** The operand as a 64-bit integer. */
function integerOperand({ width, isSigned }: IntegerType): Expression {
  if (width === 64) return x('rs1');
  return op(isSigned ? 'i64.extend_i32_s' : 'i64.extend_i32_u', low32(x('rs1')));
}

/** Inexact when the bits from the highest one to the lowest one are more than the format's significand has. */
function needsRounding(format: FloatFormat, type: IntegerType, value: Expression): Expression {
  const absolute = type.isSigned
    ? select(op('i64.lt_s', value, i64(0)), op('i64.sub', i64(0), value), value)
    : value;
  const unused = op('i64.add', op('i64.clz', absolute), op('i64.ctz', absolute));
  return op('i64.lt_u', unused, i64(64 - (format.fractionBits + 1)));
}

function fromInteger(format: FloatFormat, type: IntegerType): Definition {
  const value = temporary('i64');
  const convert = `${format.float}.convert_i64_${type.isSigned ? 's' : 'u'}` as PlainName;
  const isExact = type.width === 32 && format.suffix === 'd';
  const short = [
    ...(isExact ? [] : [accrueIf(needsRounding(format, type, value), FloatFlag.nx)]),
    writeBits(format, toBits(format, op(convert, value))),
  ];
  const exact = exactly(
    FloatOperation[EXACT_FROM_INTEGER[format.suffix][type.suffix]],
    [value],
    writeExact(format),
  );
  return instruction(
    `fcvt.${format.suffix}.${type.suffix}`,
    'unaryRounded',
    encoded(0x68 | format.code, type.kind),
    [
      define(value, integerOperand(type)),
      ...(isExact ? [checkRounding, ...short] : [when(roundsToNearestEven, short, [rarely(...exact)])]),
    ],
    isExact ? 'frd,rs1,rmexact' : 'frd,rs1,rm',
  );
}

/** fcvt.s.d */
function narrow(): Definition {
  return instruction(
    'fcvt.s.d',
    'unaryRounded',
    encoded(0x20, DOUBLE.code),
    computed(SINGLE, [floatOperand(DOUBLE, 'rs1')], { checked: doubleToSingle }, 'doubleToSingle'),
  );
}

/** fcvt.d.s: always exact; only a signalling NaN raises a flag. */
function widen(): Definition {
  const a = floatOperand(SINGLE, 'rs1');
  const result = op('i64.reinterpret_f64', op('f64.promote_f32', a.value));
  const canonical: Expression = pattern(DOUBLE, DOUBLE.canonicalNaN);
  const statements: readonly Statement[] = [
    checkRounding,
    a.read,
    accrueIf(isSignalling(SINGLE, a.bits), FloatFlag.nv),
    writeBits(DOUBLE, select(isNotANumber(SINGLE, a.bits), canonical, result)),
  ];
  return instruction('fcvt.d.s', 'unaryRounded', encoded(0x21, SINGLE.code), statements, 'frd,frs1,rmexact');
}

export const floatConversionInstructions: readonly Definition[] = [
  ...FORMATS_OF_FLOATS.flatMap((format) =>
    INTEGER_TYPES.flatMap((type) => [toInteger(format, type), fromInteger(format, type)]),
  ),
  narrow(),
  widen(),
];
