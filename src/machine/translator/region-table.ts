/**
 * The table through which translated functions are entered, by index. Every module imports it, and V8 keeps a copy of it for each, so
 * that it is no larger than it has to be.
 *
 * At 0, and where a function was taken away, stands the idle one, which does nothing.
 */

import { IMPORTS, idleModule, REGION_TABLE } from './region-module.ts';

export class RegionTable {
  readonly table: WebAssembly.Table;
  readonly #idle: CallableFunction;
  // cache: indices that have been used and are free again
  #free: number[] = [];
  // cache: the first index that has not been used
  #unused = 1;

  constructor(memory: WebAssembly.Memory, memoryPages: number) {
    const module = new WebAssembly.Module(idleModule(memoryPages));
    const { exports } = new WebAssembly.Instance(module, { [IMPORTS]: { memory } });
    this.table = new WebAssembly.Table({ element: 'anyfunc', ...REGION_TABLE });
    this.#idle = exports.idle as CallableFunction;
    this.table.set(0, this.#idle);
  }

  /** How many functions there is room for. */
  get room(): number {
    return this.#free.length + REGION_TABLE.maximum - this.#unused;
  }

  /** @returns the index; there must be room */
  add(region: CallableFunction): number {
    const index = this.#free.pop() ?? this.#unused++;
    const { length } = this.table;
    if (index >= length) this.table.grow(Math.min(length, REGION_TABLE.maximum - length));
    this.table.set(index, region);
    return index;
  }

  delete(index: number): void {
    this.table.set(index, this.#idle);
    this.#free.push(index);
  }

  clear(): void {
    for (let index = 1; index < this.#unused; index++) this.table.set(index, this.#idle);
    this.#free = [];
    this.#unused = 1;
  }
}
