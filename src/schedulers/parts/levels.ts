/**
 * An array of 140 lists with a bitmap of those that are not empty: the best is found in constant time. Rules of use: an entry is
 * taken from the level that it was put at; the lists are allocated in halves, which suits allocators with a largest size.
 */
import type { PolicyGround } from '../../contracts/scheduler.ts';
import { type RecordStore, record } from '../../kernel/records.ts';
import { append, firstFor, List, listText, prepend, unlink } from './list.ts';
import { readWord, writeWord } from './words.ts';

export const LEVELS = 140;
const HALF = LEVELS / 2;
const WORD_BITS = 32;
const WORDS = Math.ceil(LEVELS / WORD_BITS);

export const Levels = record('PolicyLevels', {
  low: 'u32',
  high: 'u32',
  /** Entries in all. */
  length: 'u32',
  bitmap: { array: 'u32', length: WORDS },
});

/** Allocates the lists of a Levels record that is there already. */
export function makeLevels(ground: PolicyGround, store: RecordStore, at: number): void {
  const levels = Levels.at(store, at);
  levels.low = ground.allocate(HALF * List.size);
  levels.high = ground.allocate(HALF * List.size);
}

function listAt(store: RecordStore, at: number, level: number): number {
  const { low, high } = Levels.at(store, at);
  return level < HALF ? low + level * List.size : high + (level - HALF) * List.size;
}

function wordOf(store: RecordStore, at: number, level: number): number {
  return Levels.at(store, at).bitmap + 4 * Math.floor(level / WORD_BITS);
}

export function put(store: RecordStore, at: number, level: number, entry: number, inFront: boolean): void {
  const levels = Levels.at(store, at);
  levels.length += 1;
  if (inFront) prepend(store, listAt(store, at, level), entry);
  else append(store, listAt(store, at, level), entry);
  const word = wordOf(store, at, level);
  writeWord(store, word, readWord(store, word) | (1 << (level % WORD_BITS)));
}

export function take(store: RecordStore, at: number, level: number, entry: number): void {
  const levels = Levels.at(store, at);
  levels.length -= 1;
  unlink(store, entry);
  if (List.at(store, listAt(store, at, level)).first !== 0) return;
  const word = wordOf(store, at, level);
  writeWord(store, word, readWord(store, word) & ~(1 << (level % WORD_BITS)));
}

/** The first entry, of the lowest level that has one, whose task may run on a hart; or 0. */
export function bestFor(ground: PolicyGround, store: RecordStore, at: number, hart: number): number {
  const { bitmap } = Levels.at(store, at);
  for (let word = 0; word < WORDS; word++)
    for (let bits = readWord(store, bitmap + 4 * word); bits !== 0; bits &= bits - 1) {
      const level = word * WORD_BITS + 31 - Math.clz32(bits & -bits);
      const found = firstFor(ground, store, listAt(store, at, level), hart);
      if (found !== 0) return found;
    }
  return 0;
}

/** The tasks by level, for a dump. */
export function levelsText(ground: PolicyGround, store: RecordStore, at: number): string {
  const parts: string[] = [];
  for (let level = 0; level < LEVELS; level++) {
    const list = listAt(store, at, level);
    if (List.at(store, list).length > 0) parts.push(`${level}: ${listText(ground, store, list)}`);
  }
  return parts.join(', ') || 'empty';
}
