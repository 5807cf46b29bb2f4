/** Which registers an instruction reads and writes, found in its meaning; sets of registers as bits. */

import type { Decoded } from '../isa/decoder.ts';
import type { Definition } from '../isa/definition.ts';
import type { RegisterField, RegisterFile } from '../isa/expressions.ts';
import { narrowed, packFacts, unpackFacts } from '../isa/narrow.ts';
import type { Statement } from '../isa/statements.ts';

/** Registers by number, x0 never among them. */
export interface RegisterSet {
  readonly x: number;
  readonly f: number;
}

export const NO_REGISTERS: RegisterSet = { x: 0, f: 0 };

export const union = (a: RegisterSet, b: RegisterSet): RegisterSet => ({ x: a.x | b.x, f: a.f | b.f });
export const intersection = (a: RegisterSet, b: RegisterSet): RegisterSet => ({ x: a.x & b.x, f: a.f & b.f });
export const without = (a: RegisterSet, b: RegisterSet): RegisterSet => ({ x: a.x & ~b.x, f: a.f & ~b.f });
export const isEmpty = ({ x, f }: RegisterSet): boolean => x === 0 && f === 0;
/** Is every register of the first also in the second? */
export const isWithin = (a: RegisterSet, b: RegisterSet): boolean => isEmpty(without(a, b));

export function sizeOf(set: RegisterSet): number {
  let size = 0;
  for (let rest = set.x; rest !== 0; rest &= rest - 1) size += 1;
  for (let rest = set.f; rest !== 0; rest &= rest - 1) size += 1;
  return size;
}

/** Calls `visit` for each register, in order. */
export function forEachRegister(set: RegisterSet, visit: (file: RegisterFile, number: number) => void): void {
  for (const file of ['x', 'f'] as const)
    for (let number = 0; number < 32; number++) if (((set[file] >>> number) & 1) !== 0) visit(file, number);
}

interface Operand {
  readonly file: RegisterFile;
  readonly field: RegisterField;
}

interface Use {
  readonly reads: readonly Operand[];
  readonly writes: readonly Operand[];
}

/** What a definition means for narrow operands. */
interface NarrowMeaning {
  readonly meaning: readonly Statement[];
  /** Does the integer register that is written get a narrow value? */
  readonly isNarrow: boolean;
}

/** Uses by definition: tables made from the definitions, filled as they are needed. */
export class RegisterUse {
  // cache: what is computed from constant definitions
  readonly #known = new Map<Definition, Use>();
  // cache: what is computed from constant definitions, by facts about operands
  readonly #narrow = new Map<Definition, Map<number, NarrowMeaning>>();

  reads(decoded: Decoded): RegisterSet {
    return numbersOf(decoded, this.#of(decoded.definition).reads);
  }

  writes(decoded: Decoded): RegisterSet {
    return numbersOf(decoded, this.#of(decoded.definition).writes);
  }

  /** The meaning where some integer registers are narrow (isa/narrow.ts). */
  meaning(decoded: Decoded, narrow: number): readonly Statement[] {
    return this.#narrowed(decoded, narrow).meaning;
  }

  /** The integer registers that are narrow after an instruction. */
  narrowAfter(decoded: Decoded, narrow: number): number {
    const { x } = this.writes(decoded);
    if (x === 0) return narrow;
    return this.#narrowed(decoded, narrow).isNarrow ? narrow | x : narrow & ~x;
  }

  #narrowed(decoded: Decoded, narrow: number): NarrowMeaning {
    const { definition } = decoded;
    const facts = packFacts(decoded, narrow);
    const byFacts = this.#narrow.get(definition) ?? new Map<number, NarrowMeaning>();
    this.#narrow.set(definition, byFacts);
    const known = byFacts.get(facts);
    if (known !== undefined) return known;
    const meaning = narrowed(definition.meaning, unpackFacts(facts));
    const made = {
      meaning,
      isNarrow: meaning.some((one) => one.kind === 'write' && one.value.type === 'i32'),
    };
    byFacts.set(facts, made);
    return made;
  }

  #of(definition: Definition): Use {
    const known = this.#known.get(definition);
    if (known !== undefined) return known;
    const use = { reads: [] as Operand[], writes: [] as Operand[] };
    collect(definition.meaning, use, false);
    this.#known.set(definition, use);
    return use;
  }
}

/**
 * Registers are read where an expression names one, and written by statements of kind `write`. One that is written under a
 * condition counts as read too: otherwise it keeps its value.
 */
function collect(node: unknown, use: { reads: Operand[]; writes: Operand[] }, isConditional: boolean): void {
  if (typeof node !== 'object' || node === null) return;
  const kind = 'kind' in node ? node.kind : undefined;
  if ('file' in node && 'field' in node) {
    const operand = { file: node.file as RegisterFile, field: node.field as RegisterField };
    if (kind === 'register' || isConditional) use.reads.push(operand);
    if (kind === 'write') use.writes.push(operand);
  }
  for (const part of Object.values(node))
    collect(part, use, isConditional || kind === 'if' || kind === 'rarely');
}

function numbersOf(decoded: Decoded, operands: readonly Operand[]): RegisterSet {
  const set = { x: 0, f: 0 };
  for (const { file, field } of operands) set[file] |= 1 << decoded[field];
  return { x: set.x & ~1, f: set.f };
}
