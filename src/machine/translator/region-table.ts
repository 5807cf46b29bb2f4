/**
 * The table through which translated functions are entered, by index. Every module imports it, and V8 keeps a copy of it for each, so
 * that it is no larger than it has to be. V8 also keeps every module that has imported a table for as long as the table lives: so
 * there are two of the same content, one for the engines, which stays, and one for regions, which is made anew when many modules that
 * imported it are of no use any more. There must be none of use then.
 *
 * At 0, and where a function was taken away, stands the idle one, which does nothing.
 */

import { IMPORTS, idleModule, REGION_TABLE } from './region-module.ts';

/** Modules, and bytes of them, that are kept in vain. */
const MOST_USELESS = 1500;
const MOST_USELESS_BYTES = 48 * 1024 * 1024;

export class RegionTable {
  /** What the engines import. */
  readonly forEngines: WebAssembly.Table;
  // cache: what modules of regions import, with the same content
  #forRegions: WebAssembly.Table;
  readonly #idle: CallableFunction;
  // cache: indices that have been used and are free again
  #free: number[] = [];
  // cache: the first index that has not been used
  #unused = 1;
  // cache: figures of modules that were dropped, but are kept by V8
  #useless = 0;
  // cache: their bytes
  #uselessBytes = 0;

  constructor(memory: WebAssembly.Memory, memoryPages: number) {
    const module = new WebAssembly.Module(idleModule(memoryPages));
    const { exports } = new WebAssembly.Instance(module, { [IMPORTS]: { memory } });
    this.#idle = exports.idle as CallableFunction;
    this.forEngines = this.#newTable();
    this.#forRegions = this.#newTable();
  }

  #newTable(): WebAssembly.Table {
    const table = new WebAssembly.Table({ element: 'anyfunc', ...REGION_TABLE });
    table.set(0, this.#idle);
    return table;
  }

  /** What a module of regions imports. */
  get forRegions(): WebAssembly.Table {
    return this.#forRegions;
  }

  /** How many functions there is room for. */
  get room(): number {
    return this.#free.length + REGION_TABLE.maximum - this.#unused;
  }

  /** @returns the index; there must be room */
  add(region: CallableFunction): number {
    const index = this.#free.pop() ?? this.#unused++;
    for (const table of [this.forEngines, this.#forRegions]) {
      if (index >= table.length) table.grow(Math.min(table.length, REGION_TABLE.maximum - table.length));
      table.set(index, region);
    }
    return index;
  }

  delete(index: number): void {
    for (const table of [this.forEngines, this.#forRegions]) table.set(index, this.#idle);
    this.#free.push(index);
  }

  /** A module that has imported the table is of no use any more. */
  addUseless(bytes: number): void {
    this.#useless += 1;
    this.#uselessBytes += bytes;
  }

  /** Is it time to drop what is left, and to clear the table? */
  get isWorn(): boolean {
    return this.#useless >= MOST_USELESS || this.#uselessBytes >= MOST_USELESS_BYTES;
  }

  /** Forgets everything. No module that has imported the table for regions may be used any more. */
  clear(): void {
    for (let index = 1; index < this.#unused; index++) this.forEngines.set(index, this.#idle);
    this.#forRegions = this.#newTable();
    this.#free = [];
    this.#unused = 1;
    this.#useless = 0;
    this.#uselessBytes = 0;
  }
}
