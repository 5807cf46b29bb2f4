/**
 * Page tables: the mechanism of every kernel that keeps Sv48 tables for the hardware to walk.
 *
 * Tables are frames of use `table`, on the account of the domain whose space they are. A page's entry that allows nothing
 * (rights 0) is not valid for the machine but still names its frame. Rights are bits as in `Right`: 1 read, 2 write, 4
 * execute; writing implies reading. Every entry read or written is charged as a record access. Rules of use: whoever holds
 * a frame because an entry names it gives it back itself; entries' addresses (`EntryPlace`) are good for one step.
 */
import type { Processor } from '../contracts/machine.ts';
import { LEAF_BITS, PageEntry, TABLE_ENTRIES, TABLE_LEVELS, TABLE_SHIFT } from '../contracts/page-table.ts';
import {
  type FrameNumber,
  PAGE_SIZE,
  type PhysicalAddress,
  type VirtualAddress,
} from '../contracts/units.ts';
import type { Frames } from './frames.ts';
import { FrameUse } from './objects.ts';
import type { RecordStore } from './records.ts';

/** An address space as its tables know it: root table, tag in translation caches, and whose account the tables are on. */
export interface TableSpace {
  readonly root: FrameNumber;
  readonly tag: number;
  readonly owner: PhysicalAddress;
}

/** Index in `u32` of an entry's low word; 0 when there is no table for it. */
export type EntryPlace = number;

const WORDS_PER_FRAME = PAGE_SIZE / 4;
const RIGHTS_SHIFT = 1;
const RIGHTS_MASK = PageEntry.read | PageEntry.write | PageEntry.execute;

/** A window is of entries of this level, and has a table of them for itself. */
const WINDOW_LEVEL = TABLE_LEVELS - 2;
const EVERY_RIGHT = 7;

/** Bytes that one entry of a table of a level covers; level 0 holds pages. */
const LEVEL_SPAN: ArrayLike<number> = Array.from(
  { length: TABLE_LEVELS },
  (_, level) => PAGE_SIZE * TABLE_ENTRIES ** level,
);

/** The frame that a page's entry names. */
export const entryFrame = (entry: number): FrameNumber => entry >>> PageEntry.frameShift;
/** The rights that an entry gives to the program; 0 for one that is not valid. */
export const entryRights = (entry: number): number =>
  (entry & PageEntry.valid) === 0 ? 0 : (entry & RIGHTS_MASK) >>> RIGHTS_SHIFT;

/** The entry of a page. */
export function makeEntry(frame: FrameNumber, rights: number): number {
  const bits = (rights << RIGHTS_SHIFT) | ((rights & 2) !== 0 ? PageEntry.read : 0);
  const valid = bits === 0 ? 0 : PageEntry.valid;
  return ((frame << PageEntry.frameShift) | PageEntry.user | bits | valid) >>> 0;
}

/** Does an entry above the pages' level lead to a table? Otherwise it is empty, or a part of a window. */
const isTable = (entry: number): boolean => entry !== 0 && (entry & LEAF_BITS) === 0;

function indexAt(level: number, address: VirtualAddress): number {
  return Math.floor(address / (LEVEL_SPAN[level] as number)) % TABLE_ENTRIES;
}

export class PageTables {
  readonly #store: RecordStore;
  readonly #frames: Frames;
  readonly #processor: Processor;

  constructor(store: RecordStore, frames: Frames, processor: Processor) {
    this.#store = store;
    this.#frames = frames;
    this.#processor = processor;
  }

  /** An empty root table, or 0 when there is no frame. */
  create(owner: PhysicalAddress): FrameNumber {
    return this.#frames.allocate(owner, FrameUse.table);
  }

  /** Makes a page's entry, and the tables above it. False when there is no frame for a table. */
  map(space: TableSpace, address: VirtualAddress, frame: FrameNumber, rights: number): boolean {
    const place = this.makePlace(space, address);
    if (place === 0) return false;
    this.write(place, makeEntry(frame, rights));
    return true;
  }

  /** Clears a page's entry and returns the frame that it named, or 0. */
  unmap(space: TableSpace, address: VirtualAddress): FrameNumber {
    const place = this.place(space.root, address);
    const entry = place === 0 ? 0 : this.read(place);
    if (entry === 0) return 0;
    this.clear(space, address, place);
    return entryFrame(entry);
  }

  /** Changes what a page's entry allows; nothing when the page has none. */
  protect(space: TableSpace, address: VirtualAddress, rights: number): void {
    const place = this.place(space.root, address);
    if (place !== 0) this.protectAt(space, address, place, this.read(place), rights);
  }

  /** The entry of a page, 0 when it has none. */
  lookup(root: FrameNumber, address: VirtualAddress): number {
    const place = this.place(root, address);
    return place === 0 ? 0 : this.read(place);
  }

  /**
   * Shows all of physical memory from `address` on, where nothing else is in the same entry of the root, with every right: entries of the
   * last level but one above pages, which name no frame that could be given back. False when there is no frame for a table.
   */
  mapWindow(space: TableSpace, address: VirtualAddress, bytes: number): boolean {
    const root = space.root * WORDS_PER_FRAME + indexAt(TABLE_LEVELS - 1, address) * 2;
    const table = this.#frames.allocate(space.owner, FrameUse.table);
    if (table === 0) return false;
    this.write(root, ((table << PageEntry.frameShift) | PageEntry.valid) >>> 0);
    const unit = LEVEL_SPAN[WINDOW_LEVEL] as number;
    for (let index = 0; index * unit < bytes; index++)
      this.write(table * WORDS_PER_FRAME + index * 2, makeEntry((index * unit) / PAGE_SIZE, EVERY_RIGHT));
    return true;
  }

  /** Where a page's entry is, if its tables are there. */
  place(root: FrameNumber, address: VirtualAddress): EntryPlace {
    let table = root;
    for (let level = TABLE_LEVELS - 1; level > 0; level--) {
      const entry = this.read(table * WORDS_PER_FRAME + indexAt(level, address) * 2);
      if (!isTable(entry)) return 0;
      table = entryFrame(entry);
    }
    return table * WORDS_PER_FRAME + indexAt(0, address) * 2;
  }

  /** Where a page's entry is, making the tables that lack; 0 when there is no frame for one, or in a window. */
  makePlace(space: TableSpace, address: VirtualAddress): EntryPlace {
    let table = space.root;
    for (let level = TABLE_LEVELS - 1; level > 0; level--) {
      const place = table * WORDS_PER_FRAME + indexAt(level, address) * 2;
      const entry = this.read(place);
      if (isTable(entry)) table = entryFrame(entry);
      else if (entry !== 0) return 0;
      else {
        table = this.#frames.allocate(space.owner, FrameUse.table);
        if (table === 0) return 0;
        this.write(place, ((table << PageEntry.frameShift) | PageEntry.valid) >>> 0);
      }
    }
    return table * WORDS_PER_FRAME + indexAt(0, address) * 2;
  }

  read(place: EntryPlace): number {
    (this.#store.f64[this.#store.readCell] as number) += 1;
    return this.#store.u32[place] as number;
  }

  write(place: EntryPlace, entry: number): void {
    this.#frames.ask();
    (this.#store.f64[this.#store.writeCell] as number) += 1;
    this.#store.u32[place] = entry;
  }

  /** Clears an entry whose place is known. */
  clear(space: TableSpace, address: VirtualAddress, place: EntryPlace): void {
    this.write(place, 0);
    this.#processor.forgetPage(space.root, space.tag, address);
  }

  /** Changes the rights of an entry whose place and value are known. Translation caches hear of it when rights are lost. */
  protectAt(
    space: TableSpace,
    address: VirtualAddress,
    place: EntryPlace,
    entry: number,
    rights: number,
  ): void {
    if (entry === 0) return;
    const next = makeEntry(entryFrame(entry), rights) | (entry & (PageEntry.accessed | PageEntry.dirty));
    if (next >>> 0 === entry) return;
    this.write(place, next >>> 0);
    if ((entry & RIGHTS_MASK & ~next) !== 0) this.#processor.forgetPage(space.root, space.tag, address);
  }

  /**
   * Visits the pages with entries in [start, end) in order of address, reading at most about `budget` entries. Returns the
   * address from which to go on, `end` when all were visited. A visitor may change the entry it is shown.
   */
  scan(
    root: FrameNumber,
    start: VirtualAddress,
    end: VirtualAddress,
    budget: number,
    visit: (address: VirtualAddress, place: EntryPlace, entry: number) => void,
  ): VirtualAddress {
    let at = start;
    for (let left = budget; at < end && left > 0; ) {
      const found = this.#leafTable(root, at);
      left -= 1;
      if (found.table === 0) {
        at = found.next;
        continue;
      }
      const stop = Math.min(end, found.next);
      for (; at < stop && left > 0; at += PAGE_SIZE, left -= 1) {
        const place = found.table * WORDS_PER_FRAME + indexAt(0, at) * 2;
        const entry = this.read(place);
        if (entry !== 0) visit(at, place, entry);
      }
    }
    return Math.min(at, end);
  }

  /** Frees the tables of a space, root included. Returns how many there were. Entries of pages are not looked at. */
  destroy(root: FrameNumber): number {
    const freed = this.#destroyBelow(root, TABLE_LEVELS - 1);
    this.#frames.release(root);
    return freed + 1;
  }

  /** The tables of a space, root included. */
  count(root: FrameNumber, level = TABLE_LEVELS - 1): number {
    let total = 1;
    for (const table of this.#tablesIn(root)) total += level > 1 ? this.count(table, level - 1) : 1;
    return total;
  }

  #destroyBelow(table: FrameNumber, level: number): number {
    let freed = 0;
    for (const below of this.#tablesIn(table)) {
      if (level > 1) freed += this.#destroyBelow(below, level - 1);
      this.#frames.release(below);
      freed += 1;
    }
    return freed;
  }

  *#tablesIn(table: FrameNumber): Generator<FrameNumber> {
    for (let index = 0; index < TABLE_ENTRIES; index++) {
      const entry = this.read(table * WORDS_PER_FRAME + index * 2);
      if (isTable(entry)) yield entryFrame(entry);
    }
  }

  /** The last table on the way to a page, or 0; and the first address that it, or what is missing instead, does not cover. */
  #leafTable(root: FrameNumber, address: VirtualAddress): { table: FrameNumber; next: VirtualAddress } {
    let table = root;
    for (let level = TABLE_LEVELS - 1; level > 0; level--) {
      const span = LEVEL_SPAN[level] as number;
      const next = (Math.floor(address / span) + 1) * span;
      const entry = this.read(table * WORDS_PER_FRAME + indexAt(level, address) * 2);
      if (!isTable(entry)) return { table: 0, next };
      table = entryFrame(entry);
      if (level === 1) return { table, next };
    }
    throw new Error(`tables of ${TABLE_SHIFT} bits have no last level`);
  }
}
