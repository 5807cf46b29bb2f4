/**
 * Instruction encodings as data: which bits of the word are the operands of each format (RISC-V Unprivileged ISA
 * manual 20191213, section 2.2 "Base Instruction Formats", 2.3 "Immediate Encoding Variants", 24 "Instruction Set
 * Listings").
 */

/** A piece of an immediate: `width` bits of the word from bit `from` become bits from `to` on of the value. */
export interface BitPiece {
  readonly from: number;
  readonly width: number;
  readonly to: number;
}

/**
 * Where an operand number comes from: pieces of the word put together, sign-extended from `signBit` if given, plus
 * `base` (8 for the three-bit register fields of compressed instructions; a constant when there are no pieces).
 */
export interface BitField {
  readonly pieces: readonly BitPiece[];
  readonly signBit?: number;
  readonly base?: number;
}

export const bits = (from: number, width: number, to = 0): BitPiece => ({ from, width, to });
export const unsigned = (...pieces: readonly BitPiece[]): BitField => ({ pieces });
export const signed = (signBit: number, ...pieces: readonly BitPiece[]): BitField => ({ pieces, signBit });

/** The value of a field in an instruction word; an int32. */
export function extractField(word: number, field: BitField): number {
  const { pieces, signBit } = field;
  let value = 0;
  // By index: words are decoded at the start, when the host's compiler has yet to make something of an iterator.
  for (let index = 0; index < pieces.length; index += 1) {
    const { from, width, to } = pieces[index] as BitPiece;
    value |= ((word >>> from) & ((1 << width) - 1)) << to;
  }
  if (signBit === undefined) return value + (field.base ?? 0);
  const unused = 31 - signBit;
  return (value << unused) >> unused;
}

/** Operand fields of a format. Those absent are 0. */
export interface Format {
  readonly rd?: BitField;
  readonly rs1?: BitField;
  readonly rs2?: BitField;
  readonly rs3?: BitField;
  readonly immediate?: BitField;
  readonly rounding?: BitField;
}

const rd = unsigned(bits(7, 5));
const rs1 = unsigned(bits(15, 5));
const rs2 = unsigned(bits(20, 5));
const rs3 = unsigned(bits(27, 5));
const rounding = unsigned(bits(12, 3));

export const FORMATS = {
  R: { rd, rs1, rs2 },
  R4: { rd, rs1, rs2, rs3, rounding },
  /** Two registers and a rounding mode; the rs2 bits are part of the opcode. */
  unaryRounded: { rd, rs1, rounding },
  rounded: { rd, rs1, rs2, rounding },
  unary: { rd, rs1 },
  I: { rd, rs1, immediate: signed(11, bits(20, 12)) },
  shift6: { rd, rs1, immediate: unsigned(bits(20, 6)) },
  shift5: { rd, rs1, immediate: unsigned(bits(20, 5)) },
  S: { rs1, rs2, immediate: signed(11, bits(7, 5, 0), bits(25, 7, 5)) },
  B: {
    rs1,
    rs2,
    immediate: signed(12, bits(8, 4, 1), bits(25, 6, 5), bits(7, 1, 11), bits(31, 1, 12)),
  },
  U: { rd, immediate: signed(31, bits(12, 20, 12)) },
  J: {
    rd,
    immediate: signed(20, bits(21, 10, 1), bits(20, 1, 11), bits(12, 8, 12), bits(31, 1, 20)),
  },
  /** CSR number in the immediate; rs1 is a register or a 5-bit number. */
  csr: { rd, rs1, immediate: unsigned(bits(20, 12)) },
  /** fm, predecessor and successor sets in the immediate; rd and rs1 are reserved and ignored. */
  fence: { immediate: unsigned(bits(20, 12)) },
  none: {},
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

/** A word is this instruction when `(word & mask) === match`, both uint32. */
export interface Pattern {
  readonly match: number;
  readonly mask: number;
}

const OPCODE_MASK = 0x7f;
const FUNCT3_MASK = 0x7000;

/** A pattern from values of bit ranges: `[highest bit, lowest bit, value]`, as the manual's tables print them. */
export function pattern(
  ...ranges: readonly (readonly [high: number, low: number, value: number])[]
): Pattern {
  let match = 0;
  let mask = 0;
  for (const [high, low, value] of ranges) {
    const ones = (2 ** (high - low + 1) - 1) << low;
    if (((value << low) & ~ones) !== 0) throw new Error(`${value} does not fit in bits ${high}..${low}`);
    mask |= ones;
    match |= value << low;
  }
  return { match: match >>> 0, mask: mask >>> 0 };
}

export const opcodeOnly = (opcode: number): Pattern => ({ match: opcode, mask: OPCODE_MASK });
export const opcodeFunct3 = (opcode: number, funct3: number): Pattern => ({
  match: opcode | (funct3 << 12),
  mask: OPCODE_MASK | FUNCT3_MASK,
});
export const opcodeFunct7 = (opcode: number, funct3: number, funct7: number): Pattern =>
  pattern([6, 0, opcode], [14, 12, funct3], [31, 25, funct7]);
/** funct7 and the rs2 field fixed. */
export const opcodeFunct12 = (opcode: number, funct3: number, funct12: number): Pattern =>
  pattern([6, 0, opcode], [14, 12, funct3], [31, 20, funct12]);
