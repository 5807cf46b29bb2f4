/**
 * The software caches of address translation: sets of three direct-mapped tables, which the fast engine reads. An entry
 * may be dropped at any time. A page that is in a write table without the slow mark may be written without anyone
 * looking, so pages with decoded code have the mark.
 *
 * What is below 4 GiB is also in flat tables, if there are any, which translated code reads: a store entry only while it
 * has no slow mark. They may hold what the direct-mapped tables have lost to another page. The jumps behind them hold nothing of
 * pages whose execute entry is lost.
 */

import { FlatTable, FRAME_SHIFT, FRAME_SIZE, jumpOffset, type Layout, TranslationTable } from '../layout.ts';
import { Access, type AccessKind } from './host.ts';
import type { MemoryViews } from './memory-views.ts';

const TABLE: Record<AccessKind, number> = {
  [Access.read]: TranslationTable.read,
  [Access.write]: TranslationTable.write,
  [Access.execute]: TranslationTable.execute,
};
const ENTRIES: Record<AccessKind, number> = {
  [Access.read]: TranslationTable.dataEntries,
  [Access.write]: TranslationTable.dataEntries,
  [Access.execute]: TranslationTable.executeEntries,
};
const EMPTY_TAG = 0xffffffff;
const PAGE_MASK = ~(FRAME_SIZE - 1);

/** A virtual address in two 32-bit halves. */
type Half = number;

export class TranslationCache {
  private readonly views: MemoryViews;
  private readonly layout: Layout;
  // cache: sets that have never been used; each is emptied at its first use, since emptying all of them takes time at the start
  private readonly stale: boolean[];

  constructor(views: MemoryViews, layout: Layout) {
    this.views = views;
    this.layout = layout;
    this.stale = new Array<boolean>(layout.translationSets).fill(true);
  }

  /** Offset in memory of a set. */
  setOffset(index: number): number {
    if (!(index >= 0 && index < this.layout.translationSets))
      throw new RangeError(`no translation set ${index}`);
    return this.layout.translationSetBase + index * TranslationTable.setSize;
  }

  private entry(set: number, low: Half, access: AccessKind): number {
    const index = (low >>> 12) & (ENTRIES[access] - 1);
    return set + TABLE[access] + index * TranslationTable.entrySize;
  }

  private holds(entry: number, low: Half, high: Half): boolean {
    const tag = this.views.u32(entry) & ~TranslationTable.slowMark;
    return tag === (low & PAGE_MASK) && this.views.i32(entry + 4) === (high | 0);
  }

  /** @returns offset in memory of the frame of an address's page, or -1 if it is not cached */
  lookup(set: number, low: Half, high: Half, access: AccessKind): number {
    const entry = this.entry(set, low, access);
    if (!this.holds(entry, low, high)) return -1;
    return (this.views.u32(entry + TranslationTable.addend) + (low & PAGE_MASK)) >>> 0;
  }

  /** @param frameOffset offset in memory of the frame, a multiple of its size */
  install(set: number, low: Half, high: Half, access: AccessKind, frameOffset: number, slots: number): void {
    const entry = this.entry(set, low, access);
    const page = low & PAGE_MASK;
    if (access === Access.execute) this.#dropJumps(set, entry);
    this.views.setU64(entry, page, high);
    this.views.setU32(entry + TranslationTable.addend, frameOffset - page);
    this.views.setU32(entry + TranslationTable.slots, slots);
    if (access === Access.read && high === 0) this.#setFlat(set, FlatTable.read, low, frameOffset - page - 1);
  }

  /** Offset of the flat tables that belong to a set, given by its offset. */
  flatOffset(set: number): number {
    const index = (set - this.layout.translationSetBase) / TranslationTable.setSize;
    return this.layout.flatTableBase + index * FlatTable.setSize;
  }

  #setFlat(set: number, table: number, low: Half, value: number): void {
    if (this.layout.flatTableBase === 0) return;
    const tables = this.flatOffset(set);
    const at = table + (low >>> FRAME_SHIFT) * FlatTable.entrySize;
    this.views.setU32(tables + at, value);
    this.views.bytes[tables + FlatTable.chunks + Math.floor(at / FlatTable.chunkSize)] = 1;
  }

  /** Says whether stores through this write entry must be looked at. */
  markWrites(set: number, low: Half, slow: boolean): void {
    const entry = this.entry(set, low, Access.write);
    const tag = this.views.u32(entry) & ~TranslationTable.slowMark;
    this.views.setU32(entry, tag | (slow ? TranslationTable.slowMark : 0));
    if (this.views.u32(entry + 4) !== 0) return;
    const addend = this.views.u32(entry + TranslationTable.addend);
    this.#setFlat(set, FlatTable.write, low, slow ? 0 : addend - 1);
  }

  /** Puts the slow mark on every write entry, in every set, that leads to a frame. */
  markAllWrites(frameOffset: number): void {
    this.forEachEntry(Access.write, (entry) => {
      const page = this.views.u32(entry) & PAGE_MASK;
      if ((this.views.u32(entry + TranslationTable.addend) + page) >>> 0 !== frameOffset) return;
      if (this.isEmpty(entry)) return;
      this.views.setU32(entry, page | TranslationTable.slowMark);
    });
    if (this.layout.flatTableBase === 0) return;
    for (let index = 0; index < this.layout.translationSets; index += 1)
      if (this.stale[index] !== true)
        this.#dropFlatWrites(this.flatOffset(this.setOffset(index)), frameOffset);
  }

  /** Drops the entries for stores that lead to a frame. */
  #dropFlatWrites(tables: number, frameOffset: number): void {
    const chunks = tables + FlatTable.chunks;
    const last = FlatTable.jumps / FlatTable.chunkSize;
    for (let chunk = FlatTable.write / FlatTable.chunkSize; chunk < last; chunk++) {
      if (this.views.bytes[chunks + chunk] === 0) continue;
      const start = chunk * FlatTable.chunkSize;
      for (let at = start; at < start + FlatTable.chunkSize; at += FlatTable.entrySize) {
        const page = ((at - FlatTable.write) / FlatTable.entrySize) * FRAME_SIZE;
        const known = this.views.u32(tables + at);
        if (known !== 0 && (known + 1 + page) >>> 0 === frameOffset) this.views.setU32(tables + at, 0);
      }
    }
  }

  /** Drops every execute entry that leads to these decoded slots. */
  dropExecution(slots: number): void {
    this.forEachEntry(Access.execute, (entry, set) => {
      if (this.views.u32(entry + TranslationTable.slots) !== slots) return;
      this.#dropJumps(set, entry);
      this.empty(entry);
    });
  }

  /** Drops what jumps, in every set, hold of an address. */
  dropJump(address: number): void {
    if (this.layout.flatTableBase === 0) return;
    const at = FlatTable.jumps + jumpOffset(address);
    this.stale.forEach((isStale, index) => {
      if (!isStale) this.views.setU64(this.flatOffset(this.setOffset(index)) + at, 0, 0);
    });
  }

  /** Drops all jumps of a set, since those to the page of an execute entry must go. */
  #dropJumps(set: number, entry: number): void {
    if (this.layout.flatTableBase === 0 || this.isEmpty(entry)) return;
    const tables = this.flatOffset(set);
    for (let at = FlatTable.jumps; at < FlatTable.chunks; at += FlatTable.chunkSize)
      this.#flushChunk(tables, at);
  }

  #flushChunk(tables: number, at: number): void {
    const { bytes } = this.views;
    const chunk = tables + FlatTable.chunks + at / FlatTable.chunkSize;
    if (bytes[chunk] === 0) return;
    bytes.fill(0, tables + at, tables + at + FlatTable.chunkSize);
    bytes[chunk] = 0;
  }

  private forEachEntry(access: AccessKind, visit: (entry: number, set: number) => void): void {
    for (let index = 0; index < this.layout.translationSets; index += 1) {
      if (this.stale[index] === true) continue;
      const set = this.setOffset(index);
      const table = set + TABLE[access];
      for (let at = 0; at < ENTRIES[access] * TranslationTable.entrySize; at += TranslationTable.entrySize)
        visit(table + at, set);
    }
  }

  private empty(entry: number): void {
    this.views.setU64(entry, EMPTY_TAG, EMPTY_TAG);
  }

  private isEmpty(entry: number): boolean {
    return this.views.u32(entry) === EMPTY_TAG;
  }

  /** Offset in memory of a set that is about to be used. */
  used(index: number): number {
    const set = this.setOffset(index);
    if (this.stale[index] === true) this.flushSet(index);
    return set;
  }

  flushSet(index: number): void {
    const set = this.setOffset(index);
    this.stale[index] = false;
    this.views.bytes.fill(0xff, set, set + TranslationTable.setSize);
    if (this.layout.flatTableBase !== 0) this.#flushFlat(this.flatOffset(set));
  }

  #flushFlat(tables: number): void {
    const { bytes } = this.views;
    const first = tables + FlatTable.chunks;
    const chunks = bytes.subarray(first, first + FlatTable.chunkCount);
    for (let chunk = chunks.indexOf(1); chunk >= 0; chunk = chunks.indexOf(1, chunk)) {
      const start = tables + chunk * FlatTable.chunkSize;
      bytes.fill(0, start, start + FlatTable.chunkSize);
      chunks[chunk] = 0;
    }
  }

  flushPage(index: number, low: Half, high: Half): void {
    const set = this.setOffset(index);
    for (const access of [Access.read, Access.write, Access.execute]) {
      const entry = this.entry(set, low, access);
      if (!this.holds(entry, low, high)) continue;
      if (access === Access.execute) this.#dropJumps(set, entry);
      this.empty(entry);
    }
    if (high !== 0 || this.layout.flatTableBase === 0) return;
    for (const table of [FlatTable.read, FlatTable.write])
      this.views.setU32(this.flatOffset(set) + table + (low >>> FRAME_SHIFT) * FlatTable.entrySize, 0);
  }

  /** Forgets everything, whatever the memory holds. */
  flushAll(): void {
    this.stale.forEach((isStale, index) => {
      if (!isStale) this.flushSet(index);
    });
  }
}
