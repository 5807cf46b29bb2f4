/**
 * The functions of a module as text, an instruction a line, for people who look at what the translator makes. Knows the
 * instructions that FunctionBuilder writes, and throws a RangeError at any other (WebAssembly Core Specification 2.0, chapter 5).
 */

import { LOADS, PLAIN_INSTRUCTIONS, STORES, VALUE_TYPE_CODE, VECTOR, VECTOR_PREFIX } from './instructions.ts';

const CODE_SECTION = 10;
const HEADER_SIZE = 8;
const BLOCKS: Readonly<Record<number, string>> = { 2: 'block', 3: 'loop', 4: 'if' };
const ELSE = 0x05;
const END = 0x0b;
const BRANCH_TABLE = 0x0e;
const INDIRECT: Readonly<Record<number, string>> = { 17: 'call_indirect', 19: 'return_call_indirect' };
const EMPTY = 0x40;
/** Instructions that one unsigned number follows. */
const NUMBERED: Readonly<Record<number, string>> = {
  12: 'br',
  13: 'br_if',
  16: 'call',
  18: 'return_call',
  32: 'local.get',
  33: 'local.set',
  34: 'local.tee',
  35: 'global.get',
  36: 'global.set',
};
const BARE: Readonly<Record<number, string>> = { 0: 'unreachable', 15: 'return', 26: 'drop', 27: 'select' };
const ACCESSES: ReadonlyMap<number, string> = new Map(
  [...Object.entries(LOADS), ...Object.entries(STORES)].map(([name, opcode]): [number, string] => [
    opcode,
    name,
  ]),
);
const PLAIN: ReadonlyMap<number, string> = new Map(
  [...PLAIN_INSTRUCTIONS].map(([name, { opcode }]): [number, string] => [opcode, name]),
);
const TYPES: ReadonlyMap<number, string> = new Map(
  Object.entries(VALUE_TYPE_CODE).map(([name, code]): [number, string] => [code, name]),
);
const VECTORS: ReadonlyMap<number, string> = new Map(
  Object.entries(VECTOR).flatMap(([type, codes]) =>
    Object.entries(codes).map(([name, code]): [number, string] => [code, `${type}.${name}`]),
  ),
);

// scratch: one per module that is read
class Reader {
  at: number;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new RangeError('the module ends in the middle of something');
    return value;
  }

  unsigned(): number {
    return Number(BigInt.asUintN(32, this.signed(false)));
  }

  /** A LEB128 integer, with a sign or without. */
  signed(hasSign = true): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return hasSign ? BigInt.asIntN(Number(shift + 7n), value) : value;
    }
  }

  float(size: 4 | 8): number {
    const bytes = this.bytes.slice(this.at, this.at + size);
    this.at += size;
    const view = new DataView(bytes.buffer);
    return size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  }

  isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }
}

/** The text of an instruction that opens and closes no block. */
function plainText(reader: Reader, opcode: number): string {
  const numbered = NUMBERED[opcode];
  if (numbered !== undefined) return `${numbered} ${reader.unsigned()}`;
  const access = ACCESSES.get(opcode);
  if (access !== undefined) {
    reader.unsigned();
    return `${access} offset=${reader.unsigned()}`;
  }
  const indirect = INDIRECT[opcode];
  if (indirect !== undefined) {
    const type = reader.unsigned();
    return `${indirect} (table ${reader.unsigned()}) (type ${type})`;
  }
  const bare = BARE[opcode] ?? PLAIN.get(opcode);
  if (bare !== undefined) return bare;
  return otherText(reader, opcode);
}

function otherText(reader: Reader, opcode: number): string {
  switch (opcode) {
    case 0x41:
      return `i32.const ${reader.signed()}`;
    case 0x42:
      return `i64.const ${reader.signed()}`;
    case 0x43:
      return `f32.const ${reader.float(4)}`;
    case 0x44:
      return `f64.const ${reader.float(8)}`;
    case BRANCH_TABLE: {
      const labels = Array.from({ length: reader.unsigned() + 1 }, () => reader.unsigned());
      return `br_table ${labels.join(' ')}`;
    }
    case VECTOR_PREFIX:
      return vectorText(reader);
    default:
      throw new RangeError(`no name is known for the WebAssembly instruction 0x${opcode.toString(16)}`);
  }
}

function vectorText(reader: Reader): string {
  const name = VECTORS.get(reader.unsigned()) ?? 'a vector instruction';
  return name.endsWith('extractLane') ? `${name} ${reader.byte()}` : name;
}

/** A function's body up to its last `end`. */
function bodyText(reader: Reader): string[] {
  const lines: string[] = [];
  for (let depth = 1; depth > 0; ) {
    const opcode = reader.byte();
    const block = BLOCKS[opcode];
    if (opcode === END || opcode === ELSE) depth -= 1;
    const indent = '  '.repeat(depth + 1);
    if (block !== undefined) {
      const type = reader.byte();
      lines.push(`${indent}${block}${type === EMPTY ? '' : ` (result ${TYPES.get(type)})`}`);
      depth += 1;
    } else if (opcode === ELSE) {
      lines.push(`${indent}else`);
      depth += 1;
    } else if (opcode === END) {
      if (depth > 0) lines.push(`${indent}end`);
    } else lines.push(indent + plainText(reader, opcode));
  }
  return lines;
}

function functionText(reader: Reader): string[] {
  const end = reader.unsigned() + reader.at;
  const locals = Array.from({ length: reader.unsigned() }, () => {
    const count = reader.unsigned();
    return `${count} x ${TYPES.get(reader.byte())}`;
  });
  const body = bodyText(reader);
  if (reader.at !== end) throw new RangeError('a function does not end where it says');
  return [...(locals.length === 0 ? [] : [`    (locals ${locals.join(', ')})`]), ...body];
}

/** The lines of each function that a module defines, in order. */
export function functionTexts(bytes: Uint8Array): string[][] {
  const reader = new Reader(bytes, HEADER_SIZE);
  while (!reader.isAtEnd()) {
    const section = reader.byte();
    const size = reader.unsigned();
    if (section === CODE_SECTION)
      return Array.from({ length: reader.unsigned() }, () => functionText(reader));
    reader.at += size;
  }
  return [];
}
