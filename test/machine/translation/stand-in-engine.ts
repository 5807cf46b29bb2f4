/** A stand-in for the execution engine: what it holds of translations, and when it asks for more. */
import type { AccessKind } from '../../../src/contracts/machine.ts';
import type { EngineCache } from '../../../src/machine/translation/engine-cache.ts';
import type { Translation } from '../../../src/machine/translation/translation.ts';

/** The engine's tables of translations, as maps; asks `translate` for what they lack. */
export class StandInEngine implements EngineCache {
  readonly sets = 4;
  readonly #tables = Array.from({ length: this.sets }, () => new Map<number, number>());
  #selected = 0;
  /** Times that the engine had to ask. */
  asked = 0;

  selectSet(index: number): void {
    this.#selected = index;
  }
  flushSet(index: number): void {
    this.#tables[index]?.clear();
  }
  flushPage(index: number, low: number, high: number): void {
    for (const access of [0, 1, 2]) this.#tables[index]?.delete(key(low, high, access));
  }

  /** Byte offset of the page's frame, or the negative cause. */
  locate(translation: Translation, address: number, access: AccessKind): number {
    const low = address >>> 0;
    const high = Math.floor(address / 2 ** 32) >>> 0;
    const table = this.#tables[this.#selected] as Map<number, number>;
    const known = table.get(key(low, high, access));
    if (known !== undefined) return known;
    this.asked += 1;
    const found = translation.translatePage(low, high, access);
    if (found >= 0) table.set(key(low, high, access), found);
    return found;
  }

  /** Every translation held: set, page number, access, offset. */
  *held(): Generator<{ set: number; page: number; access: number; offset: number }> {
    for (const [set, table] of this.#tables.entries())
      for (const [packed, offset] of table)
        yield { set, page: Math.floor(packed / 4), access: packed % 4, offset };
  }
}

function key(low: number, high: number, access: number): number {
  return ((high & 0xffff) * 2 ** 20 + (low >>> 12)) * 4 + access;
}
