/**
 * WebAssembly instructions that take no immediate, and memory accesses: opcode and type of each, as data
 * (WebAssembly Core Specification 2.0, section 5.4, "Instructions", and the index of instructions).
 */

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64';

export const VALUE_TYPE_CODE: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };

export interface Signature {
  readonly operands: readonly ValueType[];
  readonly result: ValueType;
}

/** Names of consecutive opcodes from `first` on, all of one type. */
interface Family {
  readonly first: number;
  readonly names: readonly string[];
  readonly operands: readonly ValueType[];
  readonly result: ValueType;
}

const INTEGER_COMPARISONS = [
  'eq',
  'ne',
  'lt_s',
  'lt_u',
  'gt_s',
  'gt_u',
  'le_s',
  'le_u',
  'ge_s',
  'ge_u',
] as const;
const FLOAT_COMPARISONS = ['eq', 'ne', 'lt', 'gt', 'le', 'ge'] as const;
const INTEGER_UNARY = ['clz', 'ctz', 'popcnt'] as const;
const INTEGER_BINARY = [
  ...['add', 'sub', 'mul', 'div_s', 'div_u', 'rem_s', 'rem_u', 'and', 'or', 'xor'],
  ...['shl', 'shr_s', 'shr_u', 'rotl', 'rotr'],
] as const;
const FLOAT_UNARY = ['abs', 'neg', 'ceil', 'floor', 'trunc', 'nearest', 'sqrt'] as const;
const FLOAT_BINARY = ['add', 'sub', 'mul', 'div', 'min', 'max', 'copysign'] as const;

const conversion = (first: number, name: string, from: ValueType, to: ValueType): Family => ({
  first,
  names: [`${to}.${name}`],
  operands: [from],
  result: to,
});

const unary = (first: number, type: ValueType, names: readonly string[], result = type): Family => ({
  first,
  names: names.map((name) => `${type}.${name}`),
  operands: [type],
  result,
});

const binary = (first: number, type: ValueType, names: readonly string[], result = type): Family => ({
  first,
  names: names.map((name) => `${type}.${name}`),
  operands: [type, type],
  result,
});

const FAMILIES: readonly Family[] = [
  unary(0x45, 'i32', ['eqz'], 'i32'),
  binary(0x46, 'i32', INTEGER_COMPARISONS, 'i32'),
  unary(0x50, 'i64', ['eqz'], 'i32'),
  binary(0x51, 'i64', INTEGER_COMPARISONS, 'i32'),
  binary(0x5b, 'f32', FLOAT_COMPARISONS, 'i32'),
  binary(0x61, 'f64', FLOAT_COMPARISONS, 'i32'),
  unary(0x67, 'i32', INTEGER_UNARY),
  binary(0x6a, 'i32', INTEGER_BINARY),
  unary(0x79, 'i64', INTEGER_UNARY),
  binary(0x7c, 'i64', INTEGER_BINARY),
  unary(0x8b, 'f32', FLOAT_UNARY),
  binary(0x92, 'f32', FLOAT_BINARY),
  unary(0x99, 'f64', FLOAT_UNARY),
  binary(0xa0, 'f64', FLOAT_BINARY),
  conversion(0xa7, 'wrap_i64', 'i64', 'i32'),
  conversion(0xa8, 'trunc_f32_s', 'f32', 'i32'),
  conversion(0xa9, 'trunc_f32_u', 'f32', 'i32'),
  conversion(0xaa, 'trunc_f64_s', 'f64', 'i32'),
  conversion(0xab, 'trunc_f64_u', 'f64', 'i32'),
  conversion(0xac, 'extend_i32_s', 'i32', 'i64'),
  conversion(0xad, 'extend_i32_u', 'i32', 'i64'),
  conversion(0xae, 'trunc_f32_s', 'f32', 'i64'),
  conversion(0xaf, 'trunc_f32_u', 'f32', 'i64'),
  conversion(0xb0, 'trunc_f64_s', 'f64', 'i64'),
  conversion(0xb1, 'trunc_f64_u', 'f64', 'i64'),
  conversion(0xb2, 'convert_i32_s', 'i32', 'f32'),
  conversion(0xb3, 'convert_i32_u', 'i32', 'f32'),
  conversion(0xb4, 'convert_i64_s', 'i64', 'f32'),
  conversion(0xb5, 'convert_i64_u', 'i64', 'f32'),
  conversion(0xb6, 'demote_f64', 'f64', 'f32'),
  conversion(0xb7, 'convert_i32_s', 'i32', 'f64'),
  conversion(0xb8, 'convert_i32_u', 'i32', 'f64'),
  conversion(0xb9, 'convert_i64_s', 'i64', 'f64'),
  conversion(0xba, 'convert_i64_u', 'i64', 'f64'),
  conversion(0xbb, 'promote_f32', 'f32', 'f64'),
  conversion(0xbc, 'reinterpret_f32', 'f32', 'i32'),
  conversion(0xbd, 'reinterpret_f64', 'f64', 'i64'),
  conversion(0xbe, 'reinterpret_i32', 'i32', 'f32'),
  conversion(0xbf, 'reinterpret_i64', 'i64', 'f64'),
  unary(0xc0, 'i32', ['extend8_s', 'extend16_s']),
  unary(0xc2, 'i64', ['extend8_s', 'extend16_s', 'extend32_s']),
];

export interface PlainInstruction extends Signature {
  readonly opcode: number;
}

function indexFamilies(): ReadonlyMap<string, PlainInstruction> {
  const all = new Map<string, PlainInstruction>();
  for (const { first, names, operands, result } of FAMILIES) {
    names.forEach((name, index) => {
      all.set(name, { opcode: first + index, operands, result });
    });
  }
  return all;
}

/** Those without an immediate, by name. */
export const PLAIN_INSTRUCTIONS = indexFamilies();

type IntegerOf<T extends 'i32' | 'i64'> =
  | `${T}.eqz`
  | `${T}.${(typeof INTEGER_COMPARISONS)[number] | (typeof INTEGER_UNARY)[number]}`
  | `${T}.${'add' | 'sub' | 'mul' | 'div_s' | 'div_u' | 'rem_s' | 'rem_u' | 'and' | 'or' | 'xor'}`
  | `${T}.${'shl' | 'shr_s' | 'shr_u' | 'rotl' | 'rotr' | 'extend8_s' | 'extend16_s'}`;
type FloatOf<T extends 'f32' | 'f64'> = `${T}.${
  | (typeof FLOAT_COMPARISONS)[number]
  | (typeof FLOAT_UNARY)[number]
  | (typeof FLOAT_BINARY)[number]
  | `convert_${'i32' | 'i64'}_${'s' | 'u'}`}`;

/** The names of the instructions that take no immediate. */
export type PlainName =
  | IntegerOf<'i32' | 'i64'>
  | FloatOf<'f32' | 'f64'>
  | `${'i32' | 'i64'}.trunc_${'f32' | 'f64'}_${'s' | 'u'}`
  | 'i64.extend32_s'
  | 'i32.wrap_i64'
  | 'i64.extend_i32_s'
  | 'i64.extend_i32_u'
  | 'f32.demote_f64'
  | 'f64.promote_f32'
  | 'i32.reinterpret_f32'
  | 'i64.reinterpret_f64'
  | 'f32.reinterpret_i32'
  | 'f64.reinterpret_i64';

export function plainInstruction(name: PlainName): PlainInstruction {
  const found = PLAIN_INSTRUCTIONS.get(name);
  if (found === undefined) throw new Error(`no WebAssembly instruction is called ${name}`);
  return found;
}

/**
 * Vector instructions by element type, after the prefix: `splat`, `extract_lane` and `relaxed_madd` (WebAssembly Core
 * Specification 2.0, and the proposal 'Relaxed SIMD', phase 5).
 */
export const VECTOR_PREFIX = 0xfd;
export const VECTOR = {
  f32: { splat: 0x13, extractLane: 0x1f, multiplyAdd: 0x105 },
  f64: { splat: 0x14, extractLane: 0x21, multiplyAdd: 0x107 },
} as const;

/** Accesses of 16 bytes, after the prefix. */
export const VECTOR_LOAD = 0x00;
export const VECTOR_STORE = 0x0b;

/** Memory accesses: opcode; the type is the part of the name before the dot. */
export const LOADS = {
  'i32.load': 0x28,
  'i64.load': 0x29,
  'f32.load': 0x2a,
  'f64.load': 0x2b,
  'i32.load8_s': 0x2c,
  'i32.load8_u': 0x2d,
  'i32.load16_s': 0x2e,
  'i32.load16_u': 0x2f,
  'i64.load8_s': 0x30,
  'i64.load8_u': 0x31,
  'i64.load16_s': 0x32,
  'i64.load16_u': 0x33,
  'i64.load32_s': 0x34,
  'i64.load32_u': 0x35,
} as const;

export const STORES = {
  'i32.store': 0x36,
  'i64.store': 0x37,
  'i32.store8': 0x3a,
  'i32.store16': 0x3b,
  'i64.store8': 0x3c,
  'i64.store16': 0x3d,
  'i64.store32': 0x3e,
} as const;

export type LoadName = keyof typeof LOADS;
export type StoreName = keyof typeof STORES;
