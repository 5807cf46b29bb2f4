/**
 * Generates the refill of the modelled TLB for a program's usual misses, so that they need no TypeScript:
 *
 *     refill(address: i64, allowance: i32) -> i32: cycles that it charged, or GIVEN_UP
 *
 * There is one for loads, one for stores and one for instruction fetches. `address` is of the page; bits that make an access
 * misaligned may be left in. When it returns cycles, the engine's tables hold the page: it was in the TLB, or has been found by
 * a walk, put in the TLB exactly as `Translation` would have done it, and counted in the hart block, for
 * `Translation.countRefills`; the caller takes the cycles off its budget. When it gives up it has done nothing at all, and the
 * access goes the slow way. It gives up whenever something is out of the ordinary: another kind of translation, an address
 * above 4 GiB, a fault, A or D to be set, a large page, a victim of another address space, a store that somebody must look at,
 * code that is not decoded, or more cycles than it is allowed. For fetches the next instruction's price must be left.
 */

import { Access, type AccessKind, TranslationKind } from '../../contracts/machine.ts';
import {
  LEAF_BITS,
  PageEntry,
  TABLE_ENTRIES,
  TABLE_LEVELS,
  TABLE_SHIFT,
} from '../../contracts/page-table.ts';
import { pushCell } from '../hart-cell.ts';
import { CODE_PAGE_NUMBER, CODE_REFERENCED, WRITABLE } from '../interpreter/decoded-pages.ts';
import { DecodedPage, FlatTable, FRAME_SHIFT, HartBlock, TranslationTable } from '../layout.ts';
import { HeadWord } from '../translation/hart-state.ts';
import { CacheLayout } from '../translation/translation-cache.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import { fillEntry, findSet, searchSet, takeEntry } from './modelled-cache.ts';
import {
  findHart,
  giveUpIf,
  pushEngineEntry,
  pushFlatEntry,
  pushHead,
  REFILL_TYPE,
  type RefillFrame,
  refillFrame,
} from './refill-frame.ts';
import type { RefillOptions } from './refill-plan.ts';

/** Bits that no address of a page below 4 GiB has. */
const NOT_A_LOW_PAGE = 0xffff_ffff_0000_0fffn;
/** log2 of the pages below 4 GiB. */
const LOW_PAGES_SHIFT = 20;
/** The high word of a page-table entry: nothing of it may be set. */
const HIGH_WORD = 0xffff_ffff_0000_0000n;
/** log2 of the pages of a chunk of the flat tables. */
const CHUNK_SHIFT = Math.log2(FlatTable.chunkSize / FlatTable.entrySize);
const READABLE = PageEntry.valid | PageEntry.user | PageEntry.accessed | PageEntry.read;
/** What a leaf must have so that it allows the access and nothing is to be set in it. */
const NEEDED: Record<AccessKind, number> = {
  [Access.read]: READABLE,
  [Access.write]: READABLE | PageEntry.write | PageEntry.dirty,
  [Access.execute]: READABLE | PageEntry.execute,
};

/** Indices of the functions. */
export interface RefillFunctions {
  readonly read: number;
  readonly write: number;
  readonly execute: number;
}

export function generateRefills(module: ModuleBuilder, options: RefillOptions): RefillFunctions {
  const generate = (access: AccessKind): number => {
    const { index, body } = module.defineFunction(REFILL_TYPE);
    const cache = access === Access.execute ? options.instruction : options.data;
    writeRefill(refillFrame(body, access, cache, options));
    return index;
  };
  return {
    read: generate(Access.read),
    write: generate(Access.write),
    execute: generate(Access.execute),
  };
}

function writeRefill(frame: RefillFrame): void {
  const { builder, options, access, allowance } = frame;
  prepare(frame);
  searchSet(frame);
  builder.get(frame.found);
  builder.if('i32');
  readFound(frame);
  check(frame);
  install(frame);
  builder.i32(0);
  builder.else();
  builder.get(allowance);
  builder.i32(options.cycles + (access === Access.execute ? options.instructionPrice : 0));
  builder.op('i32.lt_s');
  giveUpIf(frame);
  builder.get(frame.entry);
  builder.i64(0);
  builder.op('i64.lt_s');
  builder.set(frame.isFull);
  walk(frame);
  check(frame);
  takeEntry(frame);
  fillEntry(frame);
  install(frame);
  builder.i32(options.cycles);
  builder.end();
}

/** Finds page, hart, tag and set. */
function prepare(frame: RefillFrame): void {
  const { builder, address, page } = frame;
  builder.get(address);
  builder.i64(NOT_A_LOW_PAGE);
  builder.op('i64.and');
  builder.op('i64.eqz');
  builder.op('i32.eqz');
  giveUpIf(frame);
  builder.get(address);
  builder.op('i32.wrap_i64');
  builder.i32(FRAME_SHIFT);
  builder.op('i32.shr_u');
  builder.set(page);
  findHart(frame);
  pushHead(frame, HeadWord.kind);
  builder.i32(TranslationKind.pageTable);
  builder.op('i32.ne');
  giveUpIf(frame);
  pushHead(frame, HeadWord.tag);
  builder.set(frame.tag);
  findSet(frame);
}

/** The TLB has the page; without the right it is walked again, which is rare. */
function readFound(frame: RefillFrame): void {
  const { builder, found } = frame;
  builder.get(found);
  builder.load('i32.load', CacheLayout.state);
  builder.i32(1 << (CacheLayout.rightsShift + frame.access));
  builder.op('i32.and');
  builder.op('i32.eqz');
  giveUpIf(frame);
  builder.get(found);
  builder.load('i32.load', CacheLayout.frame);
  builder.set(frame.frame);
}

/** Gives up where the engine has more to do with a frame than to find it. */
function check(frame: RefillFrame): void {
  const { builder, access, options } = frame;
  if (access === Access.read) return;
  builder.get(frame.frame);
  builder.i32(2);
  builder.op('i32.shl');
  builder.load('i32.load', options.layout.directoryBase);
  if (access === Access.write) {
    // Only then it is known that the frame has no code.
    builder.i32(WRITABLE);
    builder.op('i32.ne');
  } else {
    builder.i32(CODE_PAGE_NUMBER);
    builder.op('i32.and');
    builder.op('i32.eqz');
  }
  giveUpIf(frame);
}

/** Walks the tables: leaves the low word of the page's entry in `leaf`, and its frame. */
function walk(frame: RefillFrame): void {
  const { builder, access, options, entry, leaf } = frame;
  pushHead(frame, HeadWord.root);
  builder.set(frame.frame);
  for (let level = TABLE_LEVELS - 1; level >= 0; level--) {
    const wanted = level > 0 ? PageEntry.valid : (NEEDED[access] as number);
    pushTableEntry(frame, level);
    builder.tee(entry);
    builder.i64(BigInt(level > 0 ? LEAF_BITS | PageEntry.valid : wanted) | HIGH_WORD);
    builder.op('i64.and');
    builder.i64(wanted);
    builder.op('i64.ne');
    giveUpIf(frame);
    builder.get(entry);
    builder.op('i32.wrap_i64');
    builder.tee(leaf);
    builder.i32(PageEntry.frameShift);
    builder.op('i32.shr_u');
    builder.tee(frame.frame);
    builder.i32(options.frames);
    builder.op('i32.ge_u');
    giveUpIf(frame);
  }
}

/** Pushes the entry of a level in the table whose frame is in the local. Below 4 GiB the root's first entry is the only one. */
function pushTableEntry({ builder, frame, page, options }: RefillFrame, level: number): void {
  const shift = TABLE_SHIFT * level;
  builder.get(frame);
  builder.i32(FRAME_SHIFT);
  builder.op('i32.shl');
  if (shift < LOW_PAGES_SHIFT) {
    builder.get(page);
    builder.i32(shift);
    builder.op('i32.shr_u');
    builder.i32(TABLE_ENTRIES - 1);
    builder.op('i32.and');
    builder.i32(3);
    builder.op('i32.shl');
    builder.op('i32.or');
  }
  builder.load('i64.load', options.layout.ramBase);
}

/** Puts the page into the engine's tables. */
function install(frame: RefillFrame): void {
  if (frame.access === Access.execute) {
    const { execute, executeEntries } = TranslationTable;
    installEntry(frame, execute, executeEntries);
    installSlots(frame);
    return;
  }
  const isRead = frame.access === Access.read;
  installEntry(frame, isRead ? TranslationTable.read : TranslationTable.write, TranslationTable.dataEntries);
  if (frame.options.layout.flatTableBase !== 0) installFlat(frame, isRead ? FlatTable.read : FlatTable.write);
}

/** Fills the entry of a direct-mapped table; leaves its offset in `place`, and the addend in `leaf`. */
function installEntry(frame: RefillFrame, table: number, entries: number): void {
  const { builder, place, page, leaf } = frame;
  pushEngineEntry(frame, page, entries);
  builder.tee(place);
  builder.get(frame.address);
  builder.store('i64.store', table + TranslationTable.tag);
  builder.get(place);
  builder.get(frame.frame);
  builder.get(page);
  builder.op('i32.sub');
  builder.i32(FRAME_SHIFT);
  builder.op('i32.shl');
  builder.i32(frame.options.layout.ramBase);
  builder.op('i32.add');
  builder.tee(leaf);
  builder.store('i32.store', table + TranslationTable.addend);
}

function installFlat(frame: RefillFrame, table: number): void {
  const { builder, page } = frame;
  pushFlatEntry(frame, page);
  builder.get(frame.leaf);
  builder.i32(1);
  builder.op('i32.sub');
  builder.store('i32.store', table);
  builder.get(page);
  builder.i32(CHUNK_SHIFT);
  builder.op('i32.shr_u');
  pushCell(builder, HartBlock.flatTables);
  builder.op('i32.add');
  builder.i32(1);
  builder.store('i32.store8', FlatTable.chunks + table / FlatTable.chunkSize);
}

/** An execute entry leads to the decoded slots of its frame, which has some, and they are in use. */
function installSlots(frame: RefillFrame): void {
  const { builder, place, turn: number } = frame;
  const { directoryBase, decodedBase, decodedOwnerBase } = frame.options.layout;
  builder.get(place);
  builder.get(frame.frame);
  builder.i32(2);
  builder.op('i32.shl');
  builder.load('i32.load', directoryBase);
  builder.i32(CODE_PAGE_NUMBER);
  builder.op('i32.and');
  builder.i32(1);
  builder.op('i32.sub');
  builder.tee(number);
  builder.i32(DecodedPage.size);
  builder.op('i32.mul');
  builder.i32(decodedBase);
  builder.op('i32.add');
  builder.store('i32.store', TranslationTable.execute + TranslationTable.slots);
  builder.get(number);
  builder.i32(2);
  builder.op('i32.shl');
  builder.tee(number);
  builder.get(number);
  builder.load('i32.load', decodedOwnerBase);
  builder.i32(CODE_REFERENCED);
  builder.op('i32.or');
  builder.store('i32.store', decodedOwnerBase);
}
