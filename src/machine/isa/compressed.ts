/**
 * C: compressed instructions, each of which is a full instruction in 16 bits (RISC-V Unprivileged ISA manual 20191213,
 * chapter 16, tables 16.5 to 16.7). A definition says which one, and where its operands come from.
 */

import { type BitField, type BitPiece, bits, type Pattern, pattern, signed, unsigned } from './encoding.ts';

/** Operand fields of a decoded instruction that a compressed encoding supplies. */
export type CompressedField = 'rd' | 'rs1' | 'rs2' | 'immediate';

export interface CompressedDefinition {
  readonly name: string;
  readonly pattern: Pattern;
  /** Name of the full instruction. */
  readonly expandsTo: string;
  readonly fields: Partial<Record<CompressedField, BitField>>;
  /** Encodings with 0 in one of these fields are reserved. */
  readonly nonZero: readonly CompressedField[];
  readonly syntax: string;
}

const constant = (value: number): BitField => ({ pieces: [], base: value });
const short = (from: number): BitField => ({ pieces: [bits(from, 3)], base: 8 });
const ZERO = constant(0);
const LINK = constant(1);
const STACK = constant(2);
const RD = unsigned(bits(7, 5));
const RS2 = unsigned(bits(2, 5));
const SHORT_LOW = short(2);
const SHORT_HIGH = short(7);

const IMMEDIATE6 = signed(5, bits(2, 5, 0), bits(12, 1, 5));
const SHIFT6 = unsigned(bits(2, 5, 0), bits(12, 1, 5));
const UPPER = signed(17, bits(2, 5, 12), bits(12, 1, 17));
const STACK_ADJUST = signed(9, bits(6, 1, 4), bits(2, 1, 5), bits(5, 1, 6), bits(3, 2, 7), bits(12, 1, 9));
const STACK_OFFSET = unsigned(bits(6, 1, 2), bits(5, 1, 3), bits(11, 2, 4), bits(7, 4, 6));
const OFFSET_WORD = unsigned(bits(6, 1, 2), bits(10, 3, 3), bits(5, 1, 6));
const OFFSET_DOUBLE = unsigned(bits(10, 3, 3), bits(5, 2, 6));
const LOAD_STACK_WORD = unsigned(bits(4, 3, 2), bits(12, 1, 5), bits(2, 2, 6));
const LOAD_STACK_DOUBLE = unsigned(bits(5, 2, 3), bits(12, 1, 5), bits(2, 3, 6));
const STORE_STACK_WORD = unsigned(bits(9, 4, 2), bits(7, 2, 6));
const STORE_STACK_DOUBLE = unsigned(bits(10, 3, 3), bits(7, 3, 6));
const BRANCH_TARGET = signed(
  8,
  ...[bits(3, 2, 1), bits(10, 2, 3), bits(2, 1, 5), bits(5, 2, 6), bits(12, 1, 8)],
);
const JUMP_PIECES: readonly BitPiece[] = [
  ...[bits(3, 3, 1), bits(11, 1, 4), bits(2, 1, 5), bits(7, 1, 6)],
  ...[bits(6, 1, 7), bits(9, 2, 8), bits(8, 1, 10), bits(12, 1, 11)],
];
const JUMP_TARGET = signed(11, ...JUMP_PIECES);

type Range = readonly [high: number, low: number, value: number];

/** `quadrant` is bits 1..0, `funct3` bits 15..13. */
const at = (quadrant: number, funct3: number, ...more: readonly Range[]): Pattern =>
  pattern([1, 0, quadrant], [15, 13, funct3], ...more);

function compressed(
  name: string,
  pattern: Pattern,
  expandsTo: string,
  fields: CompressedDefinition['fields'],
  syntax: string,
  ...nonZero: readonly CompressedField[]
): CompressedDefinition {
  return { name, pattern, expandsTo, fields, nonZero, syntax };
}

const loadShort = (name: string, funct3: number, expandsTo: string, immediate: BitField, rd = 'rd') =>
  compressed(name, at(0, funct3), expandsTo, { rd: SHORT_LOW, rs1: SHORT_HIGH, immediate }, `${rd},imm(rs1)`);
const storeShort = (name: string, funct3: number, expandsTo: string, immediate: BitField, rs2 = 'rs2') =>
  compressed(
    name,
    at(0, funct3),
    expandsTo,
    { rs2: SHORT_LOW, rs1: SHORT_HIGH, immediate },
    `${rs2},imm(rs1)`,
  );

const quadrant0: readonly CompressedDefinition[] = [
  compressed(
    'c.addi4spn',
    at(0, 0),
    'addi',
    { rd: SHORT_LOW, rs1: STACK, immediate: STACK_OFFSET },
    'rd,rs1,imm',
    'immediate',
  ),
  loadShort('c.fld', 1, 'fld', OFFSET_DOUBLE, 'frd'),
  loadShort('c.lw', 2, 'lw', OFFSET_WORD),
  loadShort('c.ld', 3, 'ld', OFFSET_DOUBLE),
  storeShort('c.fsd', 5, 'fsd', OFFSET_DOUBLE, 'frs2'),
  storeShort('c.sw', 6, 'sw', OFFSET_WORD),
  storeShort('c.sd', 7, 'sd', OFFSET_DOUBLE),
];

const shortImmediate = (name: string, funct2: number, expandsTo: string, immediate: BitField, text: string) =>
  compressed(
    name,
    at(1, 4, [11, 10, funct2]),
    expandsTo,
    { rd: SHORT_HIGH, rs1: SHORT_HIGH, immediate },
    `rd,${text}`,
  );
const shortRegisters = (name: string, bit12: number, funct2: number, expandsTo: string) =>
  compressed(
    name,
    at(1, 4, [11, 10, 3], [12, 12, bit12], [6, 5, funct2]),
    expandsTo,
    { rd: SHORT_HIGH, rs1: SHORT_HIGH, rs2: SHORT_LOW },
    'rd,rs2',
  );
const shortBranch = (name: string, funct3: number, expandsTo: string) =>
  compressed(
    name,
    at(1, funct3),
    expandsTo,
    { rs1: SHORT_HIGH, rs2: ZERO, immediate: BRANCH_TARGET },
    'rs1,target',
  );

const quadrant1: readonly CompressedDefinition[] = [
  compressed('c.nop', at(1, 0, [12, 2, 0]), 'addi', { rd: ZERO, rs1: ZERO, immediate: ZERO }, ''),
  compressed('c.addi', at(1, 0), 'addi', { rd: RD, rs1: RD, immediate: IMMEDIATE6 }, 'rd,imm'),
  compressed('c.addiw', at(1, 1), 'addiw', { rd: RD, rs1: RD, immediate: IMMEDIATE6 }, 'rd,imm', 'rd'),
  compressed('c.li', at(1, 2), 'addi', { rd: RD, rs1: ZERO, immediate: IMMEDIATE6 }, 'rd,imm'),
  compressed(
    'c.addi16sp',
    at(1, 3, [11, 7, 2]),
    'addi',
    { rd: STACK, rs1: STACK, immediate: STACK_ADJUST },
    'rd,imm',
    'immediate',
  ),
  compressed('c.lui', at(1, 3), 'lui', { rd: RD, immediate: UPPER }, 'rd,upper', 'immediate'),
  shortImmediate('c.srli', 0, 'srli', SHIFT6, 'shamt'),
  shortImmediate('c.srai', 1, 'srai', SHIFT6, 'shamt'),
  shortImmediate('c.andi', 2, 'andi', IMMEDIATE6, 'imm'),
  shortRegisters('c.sub', 0, 0, 'sub'),
  shortRegisters('c.xor', 0, 1, 'xor'),
  shortRegisters('c.or', 0, 2, 'or'),
  shortRegisters('c.and', 0, 3, 'and'),
  shortRegisters('c.subw', 1, 0, 'subw'),
  shortRegisters('c.addw', 1, 1, 'addw'),
  compressed('c.j', at(1, 5), 'jal', { rd: ZERO, immediate: JUMP_TARGET }, 'target'),
  shortBranch('c.beqz', 6, 'beq'),
  shortBranch('c.bnez', 7, 'bne'),
];

const loadStack = (
  name: string,
  funct3: number,
  expandsTo: string,
  immediate: BitField,
  syntax: string,
  ...nonZero: readonly CompressedField[]
) => compressed(name, at(2, funct3), expandsTo, { rd: RD, rs1: STACK, immediate }, syntax, ...nonZero);
const storeStack = (name: string, funct3: number, expandsTo: string, immediate: BitField, rs2 = 'rs2') =>
  compressed(name, at(2, funct3), expandsTo, { rs2: RS2, rs1: STACK, immediate }, `${rs2},imm(rs1)`);

const quadrant2: readonly CompressedDefinition[] = [
  compressed('c.slli', at(2, 0), 'slli', { rd: RD, rs1: RD, immediate: SHIFT6 }, 'rd,shamt'),
  loadStack('c.fldsp', 1, 'fld', LOAD_STACK_DOUBLE, 'frd,imm(rs1)'),
  loadStack('c.lwsp', 2, 'lw', LOAD_STACK_WORD, 'rd,imm(rs1)', 'rd'),
  loadStack('c.ldsp', 3, 'ld', LOAD_STACK_DOUBLE, 'rd,imm(rs1)', 'rd'),
  compressed(
    'c.jr',
    at(2, 4, [12, 12, 0], [6, 2, 0]),
    'jalr',
    { rd: ZERO, rs1: RD, immediate: ZERO },
    'rs1',
    'rs1',
  ),
  compressed('c.mv', at(2, 4, [12, 12, 0]), 'add', { rd: RD, rs1: ZERO, rs2: RS2 }, 'rd,rs2'),
  compressed('c.ebreak', at(2, 4, [12, 12, 1], [11, 2, 0]), 'ebreak', {}, ''),
  compressed(
    'c.jalr',
    at(2, 4, [12, 12, 1], [6, 2, 0]),
    'jalr',
    { rd: LINK, rs1: RD, immediate: ZERO },
    'rs1',
  ),
  compressed('c.add', at(2, 4, [12, 12, 1]), 'add', { rd: RD, rs1: RD, rs2: RS2 }, 'rd,rs2'),
  storeStack('c.fsdsp', 5, 'fsd', STORE_STACK_DOUBLE, 'frs2'),
  storeStack('c.swsp', 6, 'sw', STORE_STACK_WORD),
  storeStack('c.sdsp', 7, 'sd', STORE_STACK_DOUBLE),
];

export const compressedInstructions: readonly CompressedDefinition[] = [
  ...quadrant0,
  ...quadrant1,
  ...quadrant2,
];
