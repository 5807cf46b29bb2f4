/**
 * A queue in order of a key, ties by a second key: a treap of entries (Seidel and Aragon, 1996). A place in the heap comes
 * from a hash of the entry's address, so that the shape, and what it costs, is the same in every run. Rules of use: `at` is the
 * address of a u32 that holds the topmost entry; no two entries of a queue have both keys equal; none changes while queued.
 */
import type { PolicyGround } from '../../contracts/scheduler.ts';
import { type RecordStore, record } from '../../kernel/records.ts';
import { Entry, mayRun } from './entry.ts';
import { readWord as read, writeWord as write } from './words.ts';

/** An ordered queue and the number of entries that it has seen: of equal keys, the one that came first is first. */
export const Line = record('PolicyLine', { top: 'u32', seen: 'integer' });

const LEFT = Entry.offsets.previous;
const RIGHT = Entry.offsets.next;

function rank(address: number): number {
  let hash = Math.imul(address ^ (address >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Is (key, tie) before the entry at `other`? */
function precedes(store: RecordStore, key: number, tie: number, other: number): boolean {
  const entry = Entry.at(store, other);
  const otherKey = entry.key;
  return key < otherKey || (key === otherKey && tie < entry.tie);
}

/** Queues an entry by its keys. */
export function insert(store: RecordStore, at: number, address: number, key: number, tie: number): void {
  const entry = Entry.at(store, address);
  entry.key = key;
  entry.tie = tie;
  entry.queue = at;
  const mine = rank(address);
  let cell = at;
  let top = read(store, cell);
  while (top !== 0 && rank(top) >= mine) {
    cell = precedes(store, key, tie, top) ? top + LEFT : top + RIGHT;
    top = read(store, cell);
  }
  split(store, top, address, key, tie);
  write(store, cell, address);
}

/** Queues an entry in a line, after those of equal key. */
export function enter(store: RecordStore, line: number, address: number, key: number): void {
  const view = Line.at(store, line);
  const { seen } = view;
  view.seen = seen + 1;
  insert(store, line, address, key, seen);
}

/** Divides the tree `top` into what is before (key, tie) and what is not, as the subtrees of an entry. */
function split(store: RecordStore, top: number, address: number, key: number, tie: number): void {
  let less = address + LEFT;
  let more = address + RIGHT;
  let at = top;
  while (at !== 0)
    if (precedes(store, key, tie, at)) {
      write(store, more, at);
      more = at + LEFT;
      at = read(store, more);
    } else {
      write(store, less, at);
      less = at + RIGHT;
      at = read(store, less);
    }
  write(store, less, 0);
  write(store, more, 0);
}

/** Takes an entry out of the queue that it is in, if any. */
export function remove(store: RecordStore, address: number): void {
  const entry = Entry.at(store, address);
  const { queue, key, tie } = entry;
  if (queue === 0) return;
  let cell = queue;
  for (let top = read(store, cell); top !== address; top = read(store, cell)) {
    if (top === 0) throw new Error(`entry ${address} is not in its queue`);
    cell = precedes(store, key, tie, top) ? top + LEFT : top + RIGHT;
  }
  join(store, cell, entry.previous, entry.next);
  entry.queue = 0;
}

/** Puts the union of two trees, all of `a` before all of `b`, into a cell. */
function join(store: RecordStore, into: number, a: number, b: number): void {
  let cell = into;
  let left = a;
  let right = b;
  while (left !== 0 && right !== 0)
    if (rank(left) >= rank(right)) {
      write(store, cell, left);
      cell = left + RIGHT;
      left = read(store, cell);
    } else {
      write(store, cell, right);
      cell = right + LEFT;
      right = read(store, cell);
    }
  write(store, cell, left !== 0 ? left : right);
}

/** The first entry, or 0. */
export function first(store: RecordStore, at: number): number {
  let found = 0;
  for (let top = read(store, at); top !== 0; top = read(store, top + LEFT)) found = top;
  return found;
}

/** The entry after one that is queued, or 0. */
export function after(store: RecordStore, address: number): number {
  const { queue, key, tie } = Entry.at(store, address);
  let found = 0;
  for (let top = read(store, queue); top !== 0; )
    if (precedes(store, key, tie, top)) {
      found = top;
      top = read(store, top + LEFT);
    } else top = read(store, top + RIGHT);
  return found;
}

/** The first entry whose task may run on a hart, or 0. */
export function firstInOrder(ground: PolicyGround, store: RecordStore, at: number, hart: number): number {
  let address = first(store, at);
  while (address !== 0 && !mayRun(ground.task(Entry.at(store, address).task), hart))
    address = after(store, address);
  return address;
}

/** The tasks of a queue in order, each with what `note` says of its entry. */
export function orderText(
  ground: PolicyGround,
  store: RecordStore,
  at: number,
  note: (address: number) => string | number,
): string {
  const parts: string[] = [];
  for (let address = first(store, at); address !== 0; address = after(store, address))
    parts.push(`${ground.nameOf(Entry.at(store, address).task)} (${note(address)})`);
  return parts.length === 0 ? 'empty' : parts.join(' ');
}
