/**
 * The catalogue of generated handlers: which piece of the interpreter executes which decoded slot. An instruction has
 * a handler for each length it can have, and, if it jumps by an immediate, one for targets on its own page.
 */

import { compressedInstructions } from '../isa/compressed.ts';
import type { Definition } from '../isa/definition.ts';
import { instructionSet } from '../isa/instruction-set.ts';
import { type Statement, visitStatements } from '../isa/statements.ts';
import { FREQUENT_PAIRS } from './fused-pairs.ts';
import { factsOf } from './instruction-facts.ts';

/** Handlers that are not instructions. */
export const SpecialHandler = {
  undecoded: 0,
  pageEnd: 1,
  step: 2,
  illegal: 3,
  nop2: 4,
  nop4: 5,
  translated: 6,
} as const;
const FIRST_INSTRUCTION = 7;
const COMPRESSED = 'c.';

export interface SingleHandler {
  readonly definition: Definition;
  readonly length: 2 | 4;
  /** The immediate is the distance in slot bytes to a target on the same page. */
  readonly near: boolean;
}

/** Two instructions of a straight line executed as one. */
export interface FusedHandler {
  readonly first: SingleHandler;
  readonly second: SingleHandler;
}

const EXPANSIONS: ReadonlySet<string> = new Set(compressedInstructions.map(({ expandsTo }) => expandsTo));

export const contains = (definition: Definition, kinds: readonly Statement['kind'][]): boolean => {
  let found = false;
  visitStatements(definition.meaning, ({ kind }) => {
    found ||= kinds.includes(kind);
  });
  return found;
};

/** Whether the instruction accesses data; none does so twice. */
export const accessesData = (definition: Definition): boolean => factsOf(definition).accessesData;

function variants(definition: Definition): SingleHandler[] {
  const lengths: (2 | 4)[] = EXPANSIONS.has(definition.name) ? [2, 4] : [4];
  const places = factsOf(definition).jumps ? [false, true] : [false];
  return lengths.flatMap((length) => places.map((near) => ({ definition, length, near })));
}

const variantKey = (length: number, near: boolean): number => length * 2 + (near ? 1 : 0);

export class HandlerCatalogue {
  readonly singles: readonly SingleHandler[] = instructionSet.flatMap(variants);
  readonly fused: readonly FusedHandler[];
  // wiring: filled by the constructor and never changed
  private readonly singleIndex = new Map<Definition, Map<number, number>>();
  // wiring: as singleIndex
  private readonly byName = new Map<string, SingleHandler[]>();
  /** For each first handler and each second one which handler executes both, 0 where there is none. */
  // wiring: as singleIndex
  private readonly pairOf: Uint16Array;
  private readonly width: number;

  /** @param fusedNames pairs of instruction names worth a handler of their own */
  constructor(fusedNames: readonly (readonly [string, string])[]) {
    this.singles.forEach((single, i) => {
      const { definition, length, near } = single;
      const name = length === 2 ? COMPRESSED + definition.name : definition.name;
      this.byName.set(name, [...(this.byName.get(name) ?? []), single]);
      const byVariant = this.singleIndex.get(definition) ?? new Map<number, number>();
      byVariant.set(variantKey(length, near), FIRST_INSTRUCTION + i);
      this.singleIndex.set(definition, byVariant);
    });
    this.fused = fusedNames.flatMap(([first, second]) => this.pairs(first, second));
    this.width = FIRST_INSTRUCTION + this.singles.length;
    this.pairOf = new Uint16Array(this.width * this.width);
    this.fused.forEach(({ first, second }, i) => {
      this.pairOf[this.indexOfSingle(first) * this.width + this.indexOfSingle(second)] = this.width + i;
    });
  }

  /** The handler of `ecall`, of which there is one. */
  get systemCall(): number {
    const [single] = this.named('ecall');
    if (single === undefined) throw new Error('no handler for ecall');
    return this.indexOfSingle(single);
  }

  get count(): number {
    return FIRST_INSTRUCTION + this.singles.length + this.fused.length;
  }

  /** The handler of an instruction of so many bytes. */
  indexOf(definition: Definition, length: 2 | 4, near: boolean): number {
    const index = this.singleIndex.get(definition)?.get(variantKey(length, near));
    if (index === undefined) throw new Error(`no handler for ${definition.name} of ${length} bytes`);
    return index;
  }

  indexOfSingle({ definition, length, near }: SingleHandler): number {
    return this.indexOf(definition, length, near);
  }

  /** The handler that executes two handlers in a row, neither of them a pair's; 0 if there is none. */
  indexOfPair(first: number, second: number): number {
    return this.pairOf[first * this.width + second] as number;
  }

  /** The first instruction of a pair's handler; undefined for others. */
  firstOf(handler: number): SingleHandler | undefined {
    return this.fused[handler - FIRST_INSTRUCTION - this.singles.length]?.first;
  }

  /** The instruction of a handler, or the first of a pair's; undefined for the special ones. */
  firstInstruction(handler: number): SingleHandler | undefined {
    return this.singles[handler - FIRST_INSTRUCTION] ?? this.firstOf(handler);
  }

  private pairs(first: string, second: string): FusedHandler[] {
    return this.named(first).flatMap((one) =>
      this.named(second).map((other) => ({ first: one, second: other })),
    );
  }

  /** The variants of an instruction, of two bytes if `c.` is before its name, else of four. */
  private named(name: string): SingleHandler[] {
    return this.byName.get(name) ?? [];
  }
}

/** The catalogue with the default pairs. */
export const USUAL_CATALOGUE = new HandlerCatalogue(FREQUENT_PAIRS);
