/**
 * How often a hart's translation caches were asked, and how often they did not know: counts in machine memory, which cost
 * nothing. The engine asks only for what its own tables do not hold, so that its hits are counted by what it has retired:
 * each instruction is one question of the instruction cache, each load, store or atomic one of the data cache.
 */
import { Access, type AccessKind } from '../../contracts/machine.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';

/** Counts of one cache. An access across two pages is one lookup, and may be two misses. */
export interface CacheLookups {
  readonly lookups: number;
  readonly misses: number;
}

/** Places of the counts: two words each, the low one first. */
const Count = { instructionLookups: 0, instructionMisses: 2, dataLookups: 4, dataMisses: 6 } as const;
const HALF = 2 ** 32;

/** Bytes that the counts of one hart take. */
export const LOOKUP_COUNT_BYTES = 32;

export class LookupCounts {
  readonly #u32: Uint32Array;
  readonly #first: number;

  /** @param at where the counts of a hart are; cleared memory is none yet. */
  constructor(u32: Uint32Array, at: PhysicalAddress) {
    this.#u32 = u32;
    this.#first = at / 4;
  }

  /** Instructions and data accesses that the engine has retired. */
  retired(instructions: number, dataAccesses: number): void {
    this.#add(Count.instructionLookups, instructions);
    this.#add(Count.dataLookups, dataAccesses);
  }

  /** A lookup that nothing retired stands for: the kernel's, or one that ended in a fault. */
  asked(access: AccessKind): void {
    this.#add(access === Access.execute ? Count.instructionLookups : Count.dataLookups, 1);
  }

  missed(access: AccessKind, count = 1): void {
    this.#add(access === Access.execute ? Count.instructionMisses : Count.dataMisses, count);
  }

  get instruction(): CacheLookups {
    return { lookups: this.#get(Count.instructionLookups), misses: this.#get(Count.instructionMisses) };
  }

  get data(): CacheLookups {
    return { lookups: this.#get(Count.dataLookups), misses: this.#get(Count.dataMisses) };
  }

  #add(count: number, by: number): void {
    const at = this.#first + count;
    const low = (this.#u32[at] as number) + by;
    this.#u32[at] = low % HALF;
    if (low >= HALF) (this.#u32[at + 1] as number) += Math.floor(low / HALF);
  }

  #get(count: number): number {
    const at = this.#first + count;
    return (this.#u32[at + 1] as number) * HALF + (this.#u32[at] as number);
  }
}
