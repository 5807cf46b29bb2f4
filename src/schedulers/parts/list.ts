/** First in, first out: a doubly linked list of entries. Rules of use: an entry is in one list at a time. */
import type { PolicyGround } from '../../contracts/scheduler.ts';
import { type RecordStore, record } from '../../kernel/records.ts';
import { Entry, mayRun } from './entry.ts';

export const List = record('PolicyList', { first: 'u32', last: 'u32', length: 'u32' });

export function append(store: RecordStore, at: number, address: number): void {
  const list = List.at(store, at);
  const entry = Entry.at(store, address);
  const { last } = list;
  entry.previous = last;
  entry.next = 0;
  entry.queue = at;
  if (last === 0) list.first = address;
  else Entry.at(store, last).next = address;
  list.last = address;
  list.length += 1;
}

export function prepend(store: RecordStore, at: number, address: number): void {
  const list = List.at(store, at);
  const entry = Entry.at(store, address);
  const { first } = list;
  entry.previous = 0;
  entry.next = first;
  entry.queue = at;
  if (first === 0) list.last = address;
  else Entry.at(store, first).previous = address;
  list.first = address;
  list.length += 1;
}

/** Takes an entry out of the list that it is in, if any. */
export function unlink(store: RecordStore, address: number): void {
  const entry = Entry.at(store, address);
  const { queue, previous, next } = entry;
  if (queue === 0) return;
  const list = List.at(store, queue);
  if (previous === 0) list.first = next;
  else Entry.at(store, previous).next = next;
  if (next === 0) list.last = previous;
  else Entry.at(store, next).previous = previous;
  list.length -= 1;
  entry.queue = 0;
}

/** The first entry whose task may run on a hart, or 0. */
export function firstFor(ground: PolicyGround, store: RecordStore, at: number, hart: number): number {
  let address = List.at(store, at).first;
  while (address !== 0) {
    const entry = Entry.at(store, address);
    if (mayRun(ground.task(entry.task), hart)) break;
    address = entry.next;
  }
  return address;
}

/** The tasks of a list by name, for a dump. */
export function listText(ground: PolicyGround, store: RecordStore, at: number): string {
  const names: string[] = [];
  for (let address = List.at(store, at).first; address !== 0; address = Entry.at(store, address).next)
    names.push(ground.nameOf(Entry.at(store, address).task));
  return names.length === 0 ? 'empty' : names.join(' ');
}
