/** How generated refills search and fill the modelled TLB, as `TranslationCache` does it: see refill.ts. */

import { Access } from '../../contracts/machine.ts';
import { LEAF_BITS, PageEntry } from '../../contracts/page-table.ts';
import { pushCell } from '../hart-cell.ts';
import { FlatTable, HartBlock, TranslationTable } from '../layout.ts';
import { CacheLayout } from '../translation/translation-cache.ts';
import type { Label } from '../wasm/function-builder.ts';
import { giveUpIf, pushEngineEntry, pushFlatEntry, type RefillFrame } from './refill-frame.ts';

const EMPTY_TAG = -1;
/** Ways that are looked at between two tests for the last one. */
const WAYS_AT_ONCE = 4;
/** What is in a page's number only from 4 GiB on. */
const HIGH_PAGE_BITS = CacheLayout.pageBits & (-1n << 20n);
/** How far D is above where W comes to be when R is bit 0. */
const DIRTY_TO_WRITE = 6;
/** Bits of the rights in the first two words of an entry, and of the frame in the last two. */
const RIGHTS_PLACE = 32 + CacheLayout.rightsShift;
const FRAME_PLACE = 32;

/** Finds the page's set. */
export function findSet({ builder, page, set, cache }: RefillFrame): void {
  const sets = cache.entries / cache.ways;
  const isPower = Number.isInteger(Math.log2(sets));
  builder.get(page);
  builder.i32(isPower ? sets - 1 : sets);
  builder.op(isPower ? 'i32.and' : 'i32.rem_u');
  builder.set(set);
}

/** Pushes the first entry of the set. */
function pushFirstWay({ builder, set, hart, cache }: RefillFrame): void {
  builder.get(set);
  builder.i32(cache.ways * CacheLayout.entryBytes);
  builder.op('i32.mul');
  builder.get(hart);
  builder.op('i32.add');
  builder.i32(cache.entriesFrom);
  builder.op('i32.add');
}

/** Looks for the page: leaves its entry in `found`, or 0, and in `entry` a number below 0 when every way is live. */
export function searchSet(frame: RefillFrame): void {
  const { builder, place: way, leaf: end, entry: all } = frame;
  const { ways } = frame.cache;
  const step = ways % WAYS_AT_ONCE === 0 ? WAYS_AT_ONCE : 1;
  pushFirstWay(frame);
  builder.tee(way);
  builder.i32(ways * CacheLayout.entryBytes);
  builder.op('i32.add');
  builder.set(end);
  builder.get(frame.page);
  builder.op('i64.extend_i32_u');
  builder.i64(CacheLayout.live);
  builder.op('i64.or');
  builder.set(frame.key);
  builder.i64(-1);
  builder.set(all);
  const searched = builder.block();
  const again = builder.loop();
  for (let index = 0; index < step; index++) testWay(frame, index * CacheLayout.entryBytes, searched);
  if (step !== ways) {
    builder.get(way);
    builder.i32(step * CacheLayout.entryBytes);
    builder.op('i32.add');
    builder.tee(way);
    builder.get(end);
    builder.op('i32.ne');
    builder.branchIf(again);
  }
  builder.end();
  builder.end();
}

function testWay(
  { builder, place, found, entry, key, state, tag }: RefillFrame,
  offset: number,
  searched: Label,
): void {
  builder.get(place);
  builder.load('i64.load', offset);
  builder.tee(state);
  builder.get(entry);
  builder.op('i64.and');
  builder.set(entry);
  builder.get(state);
  builder.i64(CacheLayout.pageBits | CacheLayout.live);
  builder.op('i64.and');
  builder.get(key);
  builder.op('i64.eq');
  builder.if();
  builder.get(place);
  builder.load('i32.load', offset + CacheLayout.tag);
  builder.get(tag);
  builder.op('i32.eq');
  builder.if();
  builder.get(place);
  builder.i32(offset);
  builder.op('i32.add');
  builder.set(found);
  builder.branch(searched);
  builder.end();
  builder.end();
}

/** Leaves the lowest free way in `found`; there is one. */
function findFree(frame: RefillFrame): void {
  const { builder, found } = frame;
  pushFirstWay(frame);
  builder.i32(CacheLayout.entryBytes);
  builder.op('i32.sub');
  builder.set(found);
  const again = builder.loop();
  builder.get(found);
  builder.i32(CacheLayout.entryBytes);
  builder.op('i32.add');
  builder.tee(found);
  builder.load('i64.load');
  builder.i64(0);
  builder.op('i64.lt_s');
  builder.branchIf(again);
  builder.end();
}

/** Leaves the entry to be filled in `found`: a free one, or the one whose turn it is, which the engine forgets. */
export function takeEntry(frame: RefillFrame): void {
  const { builder, isFull } = frame;
  builder.get(isFull);
  builder.if();
  takeTurn(frame);
  builder.else();
  findFree(frame);
  builder.end();
}

function takeTurn(frame: RefillFrame): void {
  const { builder, found, turn, place, entry, cache } = frame;
  pushTurn(frame);
  builder.tee(place);
  builder.load('i32.load', cache.turns);
  builder.tee(turn);
  builder.i32(Math.log2(CacheLayout.entryBytes));
  builder.op('i32.shl');
  pushFirstWay(frame);
  builder.op('i32.add');
  builder.tee(found);
  builder.load('i64.load');
  builder.tee(entry);
  builder.i64(HIGH_PAGE_BITS);
  builder.op('i64.and');
  builder.op('i64.eqz');
  builder.op('i32.eqz');
  builder.get(found);
  builder.load('i32.load', CacheLayout.tag);
  builder.get(frame.tag);
  builder.op('i32.ne');
  builder.op('i32.or');
  giveUpIf(frame);
  turnOn(frame);
  forgetVictim(frame);
}

/** Pushes where the turn of the set is, less the offset of the turns. */
function pushTurn({ builder, set, hart }: RefillFrame): void {
  builder.get(set);
  builder.i32(CacheLayout.setBytes);
  builder.op('i32.mul');
  builder.get(hart);
  builder.op('i32.add');
}

/** The next way is the next to be replaced; the turn's place is in `place`, what it was in `turn`. */
function turnOn({ builder, place, turn, cache }: RefillFrame): void {
  builder.get(place);
  builder.get(turn);
  builder.i32(1);
  builder.op('i32.add');
  builder.tee(turn);
  builder.i32(0);
  builder.get(turn);
  builder.i32(cache.ways);
  builder.op('i32.ne');
  builder.select();
  builder.store('i32.store', cache.turns);
}

/** Drops the page in `entry` from the engine's tables. Another page in its place there is dropped too, which does no harm. */
function forgetVictim(frame: RefillFrame): void {
  const { builder, entry, turn: page, place, access } = frame;
  builder.get(entry);
  builder.op('i32.wrap_i64');
  builder.set(page);
  if (access === Access.execute) {
    pushEngineEntry(frame, page, TranslationTable.executeEntries);
    builder.i64(EMPTY_TAG);
    builder.store('i64.store', TranslationTable.execute + TranslationTable.tag);
    return;
  }
  pushEngineEntry(frame, page, TranslationTable.dataEntries);
  builder.tee(place);
  builder.i64(EMPTY_TAG);
  builder.store('i64.store', TranslationTable.read + TranslationTable.tag);
  builder.get(place);
  builder.i64(EMPTY_TAG);
  builder.store('i64.store', TranslationTable.write + TranslationTable.tag);
  if (frame.options.layout.flatTableBase === 0) return;
  pushFlatEntry(frame, page);
  builder.tee(place);
  builder.i32(0);
  builder.store('i32.store', FlatTable.read);
  builder.get(place);
  builder.i32(0);
  builder.store('i32.store', FlatTable.write);
}

/** Fills the entry in `found` with the page (`key` is its first words but for the rights), and counts a miss. */
export function fillEntry(frame: RefillFrame): void {
  const { builder, found } = frame;
  builder.get(found);
  builder.get(frame.key);
  pushRights(frame);
  builder.op('i64.extend_i32_u');
  builder.i64(RIGHTS_PLACE);
  builder.op('i64.shl');
  builder.op('i64.or');
  builder.store('i64.store', CacheLayout.page);
  builder.get(found);
  builder.get(frame.frame);
  builder.op('i64.extend_i32_u');
  builder.i64(FRAME_PLACE);
  builder.op('i64.shl');
  builder.get(frame.tag);
  builder.op('i64.extend_i32_u');
  builder.op('i64.or');
  builder.store('i64.store', CacheLayout.tag);
  const counter = frame.access === Access.execute ? HartBlock.codeRefills : HartBlock.dataRefills;
  builder.i32(0);
  pushCell(builder, counter);
  builder.i32(1);
  builder.op('i32.add');
  builder.store('i32.store', counter);
}

/** Pushes the leaf's R, W and X in the order of rights; W only with D. */
function pushRights({ builder, leaf }: RefillFrame): void {
  builder.get(leaf);
  builder.i32(Math.log2(PageEntry.read));
  builder.op('i32.shr_u');
  builder.i32(LEAF_BITS / PageEntry.read);
  builder.op('i32.and');
  builder.get(leaf);
  builder.i32(DIRTY_TO_WRITE);
  builder.op('i32.shr_u');
  builder.i32(~(PageEntry.write / PageEntry.read));
  builder.op('i32.or');
  builder.op('i32.and');
}
