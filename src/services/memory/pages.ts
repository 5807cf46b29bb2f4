/**
 * Pages of an address space: how a frame comes to stand behind one, and how it goes.
 *
 * Each entry that names a frame is one hold on it. A program's own frames are on its domain's account; when their owner lets
 * go of one that others still share (after a fork), the service's account takes it over until the last sharer writes to it
 * or lets go too.
 */
import { Primitive } from '../../contracts/accounting.ts';
import {
  type FrameNumber,
  PAGE_SIZE,
  type PhysicalAddress,
  type VirtualAddress,
} from '../../contracts/units.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { type EntryPlace, entryFrame, makeEntry } from '../../kernel/page-table.ts';
import { Protection } from './interface.ts';
import { RegionFlag } from './records.ts';
import { type Space, serviceRecord } from './space.ts';

/** Adds or takes away a page in the counts of what is present. The zero frame counts as nothing. */
function countPage(space: Space, frame: FrameNumber, sign: 1 | -1): void {
  if (frame === space.zeroFrame) return;
  const { map, k } = space;
  if (k.frames.at(frame).use === FrameUse.anonymous) map.anonymousPages += sign;
  else map.filePages += sign;
  if (sign < 0) return;
  const present = map.anonymousPages + map.filePages;
  if (present > map.peakPages) map.peakPages = present;
}

/** Puts a frame, whose hold the caller hands over, behind a page that had none. */
export function install(space: Space, place: EntryPlace, frame: FrameNumber, rights: number): void {
  space.tables.write(place, makeEntry(frame, rights));
  countPage(space, frame, 1);
}

/** Puts another frame behind a page and lets go of the one before. */
export function replace(
  space: Space,
  address: VirtualAddress,
  place: EntryPlace,
  before: number,
  frame: FrameNumber,
  rights: number,
): void {
  space.tables.clear(space.table, address, place);
  letGo(space, entryFrame(before));
  install(space, place, frame, rights);
}

/** Gives back a space's hold on a frame that no entry of it names any more. */
export function letGo(space: Space, frame: FrameNumber): void {
  countPage(space, frame, -1);
  const { frames } = space.k;
  const view = frames.at(frame);
  if (view.owner === space.table.owner && view.references > 1) frames.transfer(frame, space.k.domain);
  frames.release(frame);
}

/** Takes the pages of [start, end) away, in bounded work; returns the address from which to go on. */
export function zap(
  space: Space,
  start: VirtualAddress,
  end: VirtualAddress,
  budget: number,
): VirtualAddress {
  return space.tables.scan(space.table.root, start, end, budget, (address, place, entry) => {
    space.tables.clear(space.table, address, place);
    letGo(space, entryFrame(entry));
  });
}

/** A frame of the program's own, or 0: cleared, unless it is to be overwritten at once. */
export function newFrame(space: Space, region: PhysicalAddress, cleared = true): FrameNumber {
  const view = space.region(region);
  if ((view.flags & RegionFlag.touched) === 0) view.flags |= RegionFlag.touched;
  if (space.k.frames.free <= serviceRecord(space.k).minimum) return 0;
  return space.k.frames.allocate(space.table.owner, FrameUse.anonymous, cleared);
}

/** A frame of the program's own with the contents of another, or 0. */
export function copyFrame(space: Space, region: PhysicalAddress, from: FrameNumber): FrameNumber {
  if (from === space.zeroFrame) return newFrame(space, region);
  const frame = newFrame(space, region, false);
  if (frame === 0) return 0;
  space.k.memory.copy(frame * PAGE_SIZE, from * PAGE_SIZE, PAGE_SIZE);
  space.k.meter.charge(Primitive.wordCopied, PAGE_SIZE / 8);
  return frame;
}

/** The rights of an entry under a protection, with or without writing. */
export function rightsUnder(protection: number, writable: boolean): number {
  const all = protection & (Protection.read | Protection.write | Protection.execute);
  if (writable || (all & Protection.write) === 0) return all;
  // Writing implies reading, also while it is held back.
  return (all & ~Protection.write) | Protection.read;
}
