/** Encodes instructions for tests: the inverse of the decoder, from the same encoding data. */

import { type CompressedDefinition, compressedInstructions } from '../../../../src/machine/isa/compressed.ts';
import type { BitField, Format, Pattern } from '../../../../src/machine/isa/encoding.ts';
import { instructionSet } from '../../../../src/machine/isa/instruction-set.ts';

export interface Operands {
  readonly rd?: number;
  readonly rs1?: number;
  readonly rs2?: number;
  readonly rs3?: number;
  readonly immediate?: number;
  readonly rounding?: number;
}

/** Puts a value into the bits of a word that a field takes. */
function insertField(field: BitField, value: number): number {
  const stored = value - (field.base ?? 0);
  let word = 0;
  for (const { from, width, to } of field.pieces) word |= ((stored >>> to) & (2 ** width - 1)) << from;
  return word;
}

const FIELD_NAMES = ['rd', 'rs1', 'rs2', 'rs3', 'immediate', 'rounding'] as const;

/** Bits that the pattern fixes stay as they are, even where the format has an operand. */
function assembleFormat({ match, mask }: Pattern, format: Format, operands: Operands): number {
  let word = match;
  for (const name of FIELD_NAMES) {
    const field = format[name];
    if (field !== undefined) word |= insertField(field, operands[name] ?? 0) & ~mask;
  }
  return word >>> 0;
}

/** One instruction's word; a CSR access is the general one. */
export function assemble(name: string, operands: Operands = {}): number {
  const definition = instructionSet.findLast((candidate) => candidate.name === name);
  if (definition === undefined) throw new Error(`no instruction is called ${name}`);
  return assembleFormat(definition.pattern, definition.format, operands);
}

/** A compressed instruction's halfword. */
export function assembleCompressed(name: string, operands: Operands = {}): number {
  const definition: CompressedDefinition | undefined = compressedInstructions.find(
    (candidate) => candidate.name === name,
  );
  if (definition === undefined) throw new Error(`no compressed instruction is called ${name}`);
  return assembleFormat(definition.pattern, definition.fields, operands) & 0xffff;
}
