/**
 * Decodes instruction words by table. A word is looked up by its major opcode and funct3 (compressed: quadrant and
 * funct3); the few candidates there are tried in order, the one with most fixed bits first.
 */

import { type CompressedDefinition, type CompressedField, compressedInstructions } from './compressed.ts';
import type { Definition } from './definition.ts';
import { type BitField, extractField, type Pattern } from './encoding.ts';
import { instructionSet } from './instruction-set.ts';

/** An instruction with its operand numbers; those its format lacks are 0. */
export interface Decoded {
  readonly definition: Definition;
  /** The compressed encoding it had, if any. */
  readonly compressed: CompressedDefinition | undefined;
  /** Length in bytes. */
  readonly length: 2 | 4;
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  readonly rs3: number;
  /** An int32, sign-extended by the meaning to 64 bits. */
  readonly immediate: number;
  /** The `rm` field: 0 to 4, or 7 for the mode in `frm`. */
  readonly rounding: number;
}

/** The two lowest bits say that an instruction is longer than 16 bits. */
export const isCompressed = (halfword: number): boolean => (halfword & 3) !== 3;

const DYNAMIC_ROUNDING = 7;
const LAST_ROUNDING_MODE = 4;

function bitCount(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
const bySpecificity = (a: { pattern: Pattern }, b: { pattern: Pattern }): number =>
  bitCount(b.pattern.mask) - bitCount(a.pattern.mask);

/** Buckets of definitions; a definition that leaves key bits open is in each bucket it can match. */
function bucketize<T extends { readonly pattern: Pattern }>(
  definitions: readonly T[],
  buckets: number,
  keyOf: (word: number) => number,
): readonly (readonly T[])[] {
  const found: readonly T[][] = Array.from({ length: buckets }, () => []);
  for (const definition of [...definitions].sort(bySpecificity)) {
    const fixed = keyOf(definition.pattern.mask);
    const key = keyOf(definition.pattern.match) & fixed;
    // Every key that has these bits: all subsets of the others.
    const open = (buckets - 1) & ~fixed;
    for (let others = open; ; others = (others - 1) & open) {
      found[key | others]?.push(definition);
      if (others === 0) break;
    }
  }
  return found;
}

const fullKey = (word: number): number => ((word >>> 2) & 0x1f) | (((word >>> 12) & 7) << 5);
const FULL_BUCKETS = bucketize(instructionSet, 256, fullKey);

const compressedKey = (word: number): number => (word & 3) | (((word >>> 13) & 7) << 2);
const FULL_BY_NAME: ReadonlyMap<string, Definition> = new Map(
  instructionSet.map((definition) => [definition.name, definition]),
);
/** A compressed instruction with the full one that it is. */
interface ExpandedDefinition extends CompressedDefinition {
  readonly definition: Definition;
}
const EXPANDED: readonly ExpandedDefinition[] = compressedInstructions.flatMap((compressed) => {
  const definition = FULL_BY_NAME.get(compressed.expandsTo);
  return definition === undefined ? [] : [{ ...compressed, definition }];
});
const COMPRESSED_BUCKETS = bucketize(EXPANDED, 32, compressedKey);

/** The first that the word is. */
function candidate<T extends { readonly pattern: Pattern }>(
  bucket: readonly T[] | undefined,
  word: number,
): T | undefined {
  if (bucket === undefined) return undefined;
  for (let index = 0; index < bucket.length; index += 1) {
    const found = bucket[index] as T;
    const { match, mask } = found.pattern;
    if ((word & mask) >>> 0 === match) return found;
  }
  return undefined;
}

const operand = (word: number, field: BitField | undefined): number =>
  field === undefined ? 0 : extractField(word, field);

/**
 * Decodes one instruction.
 * @param word its 32 bits; of a compressed one the low 16, the rest being ignored
 * @returns undefined when the encoding is illegal or reserved
 */
export function decode(word: number): Decoded | undefined {
  return isCompressed(word) ? decodeCompressed(word & 0xffff) : decodeFull(word);
}

function decodeFull(word: number): Decoded | undefined {
  const definition = candidate(FULL_BUCKETS[fullKey(word)], word);
  if (definition === undefined) return undefined;
  const { rd, rs1, rs2, rs3, immediate, rounding } = definition.format;
  const mode = operand(word, rounding);
  if (mode > LAST_ROUNDING_MODE && mode !== DYNAMIC_ROUNDING) return undefined;
  return {
    definition,
    compressed: undefined,
    length: 4,
    rd: operand(word, rd),
    rs1: operand(word, rs1),
    rs2: operand(word, rs2),
    rs3: operand(word, rs3),
    immediate: operand(word, immediate),
    rounding: mode,
  };
}

function decodeCompressed(word: number): Decoded | undefined {
  const compressed = candidate(COMPRESSED_BUCKETS[compressedKey(word)], word);
  if (compressed === undefined) return undefined;
  const { definition, nonZero } = compressed;
  const { rd, rs1, rs2, immediate } = compressed.fields;
  const decoded = {
    definition,
    compressed,
    length: 2,
    rd: operand(word, rd),
    rs1: operand(word, rs1),
    rs2: operand(word, rs2),
    rs3: 0,
    immediate: operand(word, immediate),
    rounding: 0,
  } as const;
  for (let index = 0; index < nonZero.length; index += 1)
    if (decoded[nonZero[index] as CompressedField] === 0) return undefined;
  return decoded;
}
