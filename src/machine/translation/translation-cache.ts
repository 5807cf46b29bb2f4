/**
 * The architectural translation cache (TLB): a set-associative table in machine memory.
 *
 * An entry names a page of an address space by its tag, and holds the page's frame and rights. The set is the page's number
 * modulo the number of sets. A free way is taken first, the lowest; otherwise ways are replaced in turn (FIFO), so that a hit
 * changes nothing and the engine's own caches may answer instead of it.
 *
 *     per set:   u32 way to be replaced next, then 3 words unused
 *     entries:   u32 page number bits 31..0
 *                u32 page number bits 35..32, rights in bits 10..8, bit 31 set when the entry is live
 *                u32 tag
 *                u32 frame
 */
import type { TranslationCacheShape } from '../../contracts/accounting.ts';
import type { FrameNumber, PhysicalAddress } from '../../contracts/units.ts';

const ENTRY_WORDS = 4;
const SET_WORDS = 4;
const LIVE = 0x8000_0000;
const RIGHTS_SHIFT = 8;
const HALF = 2 ** 32;

/** The same layout in bytes, for generated code. */
export const CacheLayout = {
  setBytes: SET_WORDS * 4,
  entryBytes: ENTRY_WORDS * 4,
  /** Offsets in an entry. */
  page: 0,
  state: 4,
  tag: 8,
  frame: 12,
  rightsShift: RIGHTS_SHIFT,
  /** Of the first two words together: the page's number, and that the entry is live. */
  pageBits: 0xff_ffff_ffffn,
  live: BigInt(LIVE) << 32n,
} as const;

/** The index of an entry's first word in `u32`; NONE when there is no such entry. */
export type CacheEntry = number;
export const NONE = -1;

export type Shape = Pick<TranslationCacheShape, 'entries' | 'ways'>;

/** Bytes of machine memory that a cache of a shape takes. */
export function translationCacheSize({ entries, ways }: Shape): number {
  return (entries * ENTRY_WORDS + (entries / ways) * SET_WORDS) * 4;
}

export class TranslationCache {
  readonly #u32: Uint32Array;
  readonly #sets: number;
  readonly #ways: number;
  readonly #victims: number;
  readonly #entries: number;

  /** @param at physical address of its `translationCacheSize` bytes; cleared memory is an empty cache. */
  constructor(u32: Uint32Array, at: PhysicalAddress, { entries, ways }: Shape) {
    if (!Number.isInteger(entries / ways)) throw new RangeError(`${entries} entries are not sets of ${ways}`);
    this.#u32 = u32;
    this.#ways = ways;
    this.#sets = entries / ways;
    this.#victims = at / 4;
    this.#entries = this.#victims + this.#sets * SET_WORDS;
  }

  find(page: number, tag: number): CacheEntry {
    const u32 = this.#u32;
    const low = page % HALF;
    const high = Math.floor(page / HALF);
    let at = this.#set(page);
    for (let way = 0; way < this.#ways; way++, at += ENTRY_WORDS) {
      const state = u32[at + 1] as number;
      if (u32[at] === low && u32[at + 2] === tag && (state & 0xff) === high && state >= LIVE) return at;
    }
    return NONE;
  }

  /** The entry that a new translation of a page takes; what it holds is lost when it is live. Moves the turn on. */
  take(page: number): CacheEntry {
    const first = this.#set(page);
    for (let way = 0; way < this.#ways; way++)
      if (!this.isLive(first + way * ENTRY_WORDS)) return first + way * ENTRY_WORDS;
    const turn = this.#victims + (page % this.#sets) * SET_WORDS;
    const way = this.#u32[turn] as number;
    this.#u32[turn] = (way + 1) % this.#ways;
    return first + way * ENTRY_WORDS;
  }

  fill(entry: CacheEntry, page: number, tag: number, frame: FrameNumber, rights: number): void {
    this.#u32[entry] = page % HALF;
    this.#u32[entry + 1] = LIVE + (rights << RIGHTS_SHIFT) + Math.floor(page / HALF);
    this.#u32[entry + 2] = tag;
    this.#u32[entry + 3] = frame;
  }

  isLive(entry: CacheEntry): boolean {
    return (this.#u32[entry + 1] as number) >= LIVE;
  }

  page(entry: CacheEntry): number {
    return ((this.#u32[entry + 1] as number) & 0xff) * HALF + (this.#u32[entry] as number);
  }

  tag(entry: CacheEntry): number {
    return this.#u32[entry + 2] as number;
  }

  frame(entry: CacheEntry): FrameNumber {
    return this.#u32[entry + 3] as number;
  }

  rights(entry: CacheEntry): number {
    return ((this.#u32[entry + 1] as number) >>> RIGHTS_SHIFT) & 7;
  }

  drop(entry: CacheEntry): void {
    this.#u32[entry + 1] = 0;
  }

  /** Drops every live entry, or those of a tag; returns how many there were. */
  flush(tag?: number): number {
    let dropped = 0;
    for (const entry of this.live()) {
      if (tag !== undefined && this.tag(entry) !== tag) continue;
      this.drop(entry);
      dropped += 1;
    }
    return dropped;
  }

  /** The live entries in the order of their places. */
  *live(): Generator<CacheEntry> {
    const end = this.#entries + this.#sets * this.#ways * ENTRY_WORDS;
    for (let at = this.#entries; at < end; at += ENTRY_WORDS) if (this.isLive(at)) yield at;
  }

  #set(page: number): CacheEntry {
    return this.#entries + (page % this.#sets) * this.#ways * ENTRY_WORDS;
  }
}
