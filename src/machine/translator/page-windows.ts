/**
 * Which base registers have a window: a page found by an access and kept in two locals, so that the next access by the
 * same register that falls on that page needs no look into the tables. What the tables hold does not change while
 * translated code runs, so a window stays valid until the region is left.
 *
 * A register that is loaded from memory (a pointer that is chased) has none: it would seldom hit.
 */

import { TranslationTable } from '../layout.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import type { Region, RegionInstruction } from './control-flow.ts';

/** Locals: the page's address, or -1, and what to add to an address on it. */
export interface Window {
  readonly tag: number;
  readonly addend: number;
}

/** By table (read or write) and number of the base register. */
export type Windows = ReadonlyMap<number, readonly (Window | undefined)[]>;

const MOST_WINDOWS = 8;
/** In no address whose bits above an access's alignment are masked out. */
const NO_PAGE = -1;

/** The table that a memory access looks in, or undefined when the instruction makes none. */
function tableOf({ decoded }: RegionInstruction): number | undefined {
  for (const { kind } of decoded.definition.meaning) {
    if (kind === 'load' || kind === 'loadReserved') return TranslationTable.read;
    if (kind === 'store' || kind === 'modify' || kind === 'storeConditional') return TranslationTable.write;
  }
  return undefined;
}

export function openWindows(builder: FunctionBuilder, region: Region): Windows {
  const accesses = new Map<string, { table: number; base: number; count: number }>();
  const loaded = new Set<number>();
  for (const { instructions } of region.blocks.values())
    for (const instruction of instructions) {
      const table = tableOf(instruction);
      if (table === undefined) continue;
      const { rs1: base, rd } = instruction.decoded;
      const key = `${table} ${base}`;
      const known = accesses.get(key) ?? { table, base, count: 0 };
      accesses.set(key, { ...known, count: known.count + 1 });
      if (table === TranslationTable.read && instruction.decoded.definition.name.startsWith('l'))
        loaded.add(rd);
    }
  const chosen = [...accesses.values()]
    .filter(({ base }) => base === STACK || !loaded.has(base))
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_WINDOWS);
  const windows = new Map<number, (Window | undefined)[]>();
  for (const { table, base } of chosen) {
    const window = { tag: builder.local('i64'), addend: builder.local('i32') };
    builder.i64(NO_PAGE);
    builder.set(window.tag);
    const list = windows.get(table) ?? [];
    list[base] = window;
    windows.set(table, list);
  }
  return windows;
}

const STACK = 2;
