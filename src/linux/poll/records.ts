/** What poll and select look at: a table of entries in pages, one for each descriptor asked about. */
import type { ViewOf } from '../../contracts/records.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';
import { currentThread } from '../state.ts';

const PollEntry = record('PollEntry', {
  descriptor: 'i32',
  /** The program's events, those that count, and those found. */
  asked: 'u32',
  counted: 'u32',
  found: 'u32',
  /** The description, held; 0 for none. */
  file: 'u32',
  /** The queue that is woken when events may have changed, or 0, and its count of wakings when it was last looked at. */
  queue: 'u32',
  sample: 'u32',
});

export type EntryView = ViewOf<typeof PollEntry.schema>;

const ENTRY_BYTES = 32;
const ENTRIES = PAGE_SIZE / ENTRY_BYTES;

/**
 * The thread's first scratch page: addresses of the table's further pages in its lower half, room for structures of the
 * program in its upper one. The table's first page is the second scratch page.
 */
export const WORK = PAGE_SIZE / 2;
const MOST_PAGES = WORK / 4;
export const MOST_ENTRIES = MOST_PAGES * ENTRIES;

/** Pages for so many entries. False when there is no memory; `endTable` then gives back what was taken. */
export function beginTable(k: Kernel, count: number): boolean {
  const { scratch, scratch2 } = currentThread(k);
  k.memory.clear(scratch, WORK);
  k.memory.write32(scratch, scratch2);
  const pages = Math.ceil(count / ENTRIES);
  for (let page = 1; page < pages; page++) {
    const frame = k.frames.allocate(k.domain, FrameUse.buffer);
    if (frame === 0) return false;
    k.memory.write32(scratch + page * 4, frame * PAGE_SIZE);
  }
  return true;
}

export function endTable(k: Kernel): void {
  const { scratch } = currentThread(k);
  for (let page = 1; page < MOST_PAGES; page++) {
    const address = k.memory.read32(scratch + page * 4);
    if (address === 0) return;
    k.frames.release(address / PAGE_SIZE);
  }
}

export function entryAt(k: Kernel, index: number): EntryView {
  const page = k.memory.read32(currentThread(k).scratch + Math.floor(index / ENTRIES) * 4);
  return PollEntry.at(k.store, page + (index % ENTRIES) * ENTRY_BYTES);
}

/** An entry from scratch. */
export function setEntry(
  k: Kernel,
  index: number,
  descriptor: number,
  asked: number,
  counted: number,
): PhysicalAddress {
  const entry = entryAt(k, index);
  k.memory.clear(entry.address, ENTRY_BYTES);
  entry.descriptor = descriptor;
  entry.asked = asked;
  entry.counted = counted;
  return entry.address;
}
