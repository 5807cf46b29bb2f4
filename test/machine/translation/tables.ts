/** Sv48 tables written by hand, and what a walk of them must give, told in the plainest way there is. */
import { PageEntry, TABLE_ENTRIES } from '../../../src/contracts/page-table.ts';

const WORDS = 1024;

/** Tables in `u32`; frames for them are taken one after another from `next`. */
export class HandTables {
  readonly #u32: Uint32Array;
  #next: number;

  constructor(u32: Uint32Array, next: number) {
    this.#u32 = u32;
    this.#next = next;
  }

  makeRoot(): number {
    return this.#next++;
  }

  /** Index in `u32` of the entry of a page (a number of 36 bits) in the table of `level`, making the tables above it. */
  place(root: number, page: number, level = 0): number {
    let table = root;
    for (let above = 3; above > level; above--) {
      const at = table * WORDS + indexOf(page, above) * 2;
      if (this.#u32[at] === 0) this.#u32[at] = (this.#next++ << PageEntry.frameShift) | PageEntry.valid;
      table = (this.#u32[at] as number) >>> PageEntry.frameShift;
    }
    return table * WORDS + indexOf(page, level) * 2;
  }

  set(root: number, page: number, entry: number, level = 0, high = 0): void {
    const at = this.place(root, page, level);
    this.#u32[at] = entry;
    this.#u32[at + 1] = high;
  }

  entry(root: number, page: number, level = 0): number {
    return this.#u32[this.place(root, page, level)] as number;
  }
}

function indexOf(page: number, level: number): number {
  return Math.floor(page / TABLE_ENTRIES ** level) % TABLE_ENTRIES;
}

/** Flags by their letters in the manual: 'vrwxugad'. */
export function flags(letters: string): number {
  const bits = { v: 1, r: 2, w: 4, x: 8, u: 16, g: 32, a: 64, d: 128 };
  let sum = 0;
  for (const letter of letters) sum |= bits[letter as keyof typeof bits];
  return sum;
}

export const leafEntry = (frame: number, letters: string): number =>
  ((frame << PageEntry.frameShift) | flags(letters)) >>> 0;
