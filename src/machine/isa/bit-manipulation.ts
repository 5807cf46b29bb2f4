/**
 * Zba, Zbb and Zbs: address generation, basic and single-bit manipulation (RISC-V Bit-Manipulation ISA extensions,
 * version 1.0.0, chapters 1 and 2).
 */

import { type Definition, instruction } from './definition.ts';
import { opcodeFunct7, opcodeFunct12, pattern } from './encoding.ts';
import {
  add,
  and,
  type Expression,
  fromInt32,
  i64,
  immediate,
  low32,
  not,
  op,
  or,
  select,
  shiftLeft,
  shiftRight,
  temporary,
  truth,
  x,
  xor,
  zeroExtend32,
} from './expressions.ts';
import { define, writeX } from './statements.ts';

const OP = 0x33;
const OP_IMM = 0x13;
const OP_32 = 0x3b;
const OP_IMM_32 = 0x1b;

type Unary = (a: Expression) => Expression;
type Binary = (a: Expression, b: Expression) => Expression;

const registers = (name: string, opcode: number, funct3: number, funct7: number, value: Binary): Definition =>
  instruction(name, 'R', opcodeFunct7(opcode, funct3, funct7), [writeX('rd', value(x('rs1'), x('rs2')))]);

const unary = (name: string, opcode: number, funct3: number, funct12: number, value: Unary): Definition =>
  instruction(name, 'unary', opcodeFunct12(opcode, funct3, funct12), [writeX('rd', value(x('rs1')))]);

const immediate6 = (
  name: string,
  opcode: number,
  funct3: number,
  funct6: number,
  value: Binary,
): Definition =>
  instruction(name, 'shift6', pattern([6, 0, opcode], [14, 12, funct3], [31, 26, funct6]), [
    writeX('rd', value(x('rs1'), immediate)),
  ]);

const scaledAdd =
  (shift: number): Binary =>
  (a, b) =>
    add(shiftLeft(a, shift), b);
const scaledAddUnsigned =
  (shift: number): Binary =>
  (a, b) =>
    add(shiftLeft(zeroExtend32(a), shift), b);

const addressGeneration: readonly Definition[] = [
  registers('add.uw', OP_32, 0, 0x04, scaledAddUnsigned(0)),
  registers('sh1add', OP, 2, 0x10, scaledAdd(1)),
  registers('sh2add', OP, 4, 0x10, scaledAdd(2)),
  registers('sh3add', OP, 6, 0x10, scaledAdd(3)),
  registers('sh1add.uw', OP_32, 2, 0x10, scaledAddUnsigned(1)),
  registers('sh2add.uw', OP_32, 4, 0x10, scaledAddUnsigned(2)),
  registers('sh3add.uw', OP_32, 6, 0x10, scaledAddUnsigned(3)),
  immediate6('slli.uw', OP_IMM_32, 1, 0x02, (a, b) => op('i64.shl', zeroExtend32(a), b)),
];

const keepIf =
  (comparison: 'i64.lt_s' | 'i64.gt_s' | 'i64.lt_u' | 'i64.gt_u'): Binary =>
  (a, b) =>
    select(op(comparison, a, b), a, b);
const count =
  (name: 'i64.clz' | 'i64.ctz' | 'i64.popcnt'): Unary =>
  (a) =>
    op(name, a);
const countWord =
  (name: 'i32.clz' | 'i32.ctz' | 'i32.popcnt'): Unary =>
  (a) =>
    fromInt32(op(name, low32(a)));
const rotateLeft: Binary = (a, b) => op('i64.rotl', a, b);
const rotateRight: Binary = (a, b) => op('i64.rotr', a, b);
const rotateWord =
  (name: 'i32.rotl' | 'i32.rotr'): Binary =>
  (a, b) =>
    fromInt32(op(name, low32(a), low32(b)));

/** Each byte becomes 0xff if it is not 0: its bits are gathered in bit 7, and 0x01 bytes are multiplied out. */
function orCombineBytes(): Definition {
  const value = temporary('i64');
  const LOW_SEVEN = i64(0x7f7f7f7f7f7f7f7fn);
  const anySet = and(or(add(and(value, LOW_SEVEN), LOW_SEVEN), value), i64(0x8080808080808080n));
  return instruction('orc.b', 'unary', opcodeFunct12(OP_IMM, 5, 0x287), [
    define(value, x('rs1')),
    writeX('rd', op('i64.mul', shiftRight(anySet, 7), i64(0xff))),
  ]);
}

/** Bytes reversed: neighbours exchanged at distances of 8, 16 and 32 bits. */
function reverseBytes(): Definition {
  const [bytes, halves] = [temporary('i64'), temporary('i64')] as const;
  const exchange = (value: Expression, distance: number, mask: bigint): Expression =>
    or(shiftLeft(and(value, i64(mask)), distance), and(shiftRight(value, distance), i64(mask)));
  return instruction('rev8', 'unary', opcodeFunct12(OP_IMM, 5, 0x6b8), [
    define(bytes, exchange(x('rs1'), 8, 0x00ff00ff00ff00ffn)),
    define(halves, exchange(bytes, 16, 0x0000ffff0000ffffn)),
    writeX('rd', op('i64.rotl', halves, i64(32))),
  ]);
}

const basic: readonly Definition[] = [
  registers('andn', OP, 7, 0x20, (a, b) => and(a, not(b))),
  registers('orn', OP, 6, 0x20, (a, b) => or(a, not(b))),
  registers('xnor', OP, 4, 0x20, (a, b) => not(xor(a, b))),
  unary('clz', OP_IMM, 1, 0x600, count('i64.clz')),
  unary('ctz', OP_IMM, 1, 0x601, count('i64.ctz')),
  unary('cpop', OP_IMM, 1, 0x602, count('i64.popcnt')),
  unary('sext.b', OP_IMM, 1, 0x604, (a) => op('i64.extend8_s', a)),
  unary('sext.h', OP_IMM, 1, 0x605, (a) => op('i64.extend16_s', a)),
  unary('zext.h', OP_32, 4, 0x080, (a) => and(a, i64(0xffff))),
  unary('clzw', OP_IMM_32, 1, 0x600, countWord('i32.clz')),
  unary('ctzw', OP_IMM_32, 1, 0x601, countWord('i32.ctz')),
  unary('cpopw', OP_IMM_32, 1, 0x602, countWord('i32.popcnt')),
  registers('min', OP, 4, 0x05, keepIf('i64.lt_s')),
  registers('minu', OP, 5, 0x05, keepIf('i64.lt_u')),
  registers('max', OP, 6, 0x05, keepIf('i64.gt_s')),
  registers('maxu', OP, 7, 0x05, keepIf('i64.gt_u')),
  registers('rol', OP, 1, 0x30, rotateLeft),
  registers('ror', OP, 5, 0x30, rotateRight),
  registers('rolw', OP_32, 1, 0x30, rotateWord('i32.rotl')),
  registers('rorw', OP_32, 5, 0x30, rotateWord('i32.rotr')),
  immediate6('rori', OP_IMM, 5, 0x18, rotateRight),
  instruction('roriw', 'shift5', opcodeFunct7(OP_IMM_32, 5, 0x30), [
    writeX('rd', rotateWord('i32.rotr')(x('rs1'), immediate)),
  ]),
  orCombineBytes(),
  reverseBytes(),
];

const singleBit = (index: Expression): Expression => op('i64.shl', i64(1), index);
const clearBit: Binary = (a, index) => and(a, not(singleBit(index)));
const extractBit: Binary = (a, index) => truth(low32(and(op('i64.shr_u', a, index), i64(1))));
const invertBit: Binary = (a, index) => xor(a, singleBit(index));
const setBit: Binary = (a, index) => or(a, singleBit(index));

const singleBits: readonly Definition[] = [
  registers('bclr', OP, 1, 0x24, clearBit),
  registers('bext', OP, 5, 0x24, extractBit),
  registers('binv', OP, 1, 0x34, invertBit),
  registers('bset', OP, 1, 0x14, setBit),
  immediate6('bclri', OP_IMM, 1, 0x12, clearBit),
  immediate6('bexti', OP_IMM, 5, 0x12, extractBit),
  immediate6('binvi', OP_IMM, 1, 0x1a, invertBit),
  immediate6('bseti', OP_IMM, 1, 0x0a, setBit),
];

export const bitManipulationInstructions: readonly Definition[] = [
  ...addressGeneration,
  ...basic,
  ...singleBits,
];
