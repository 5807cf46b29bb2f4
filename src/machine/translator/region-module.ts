/** Puts regions that were found together into one WebAssembly module: exports `0`, `1` and so on, of REGION_TYPE each. */

import { HartBlock, WANTS, Workspace } from '../layout.ts';
import { REFILL_TYPE } from '../refill/refill-frame.ts';
import type { Replaceable } from '../wasm/function-builder.ts';
import { ModuleBuilder, type TableSize } from '../wasm/module-builder.ts';
import type { CodeSource } from './control-flow.ts';
import type { FlowGraph } from './dominators.ts';
import { LOCATE_TYPE } from './locate-data.ts';
import { writeRegion } from './region-code.ts';
import { FIND_TYPE } from './region-entry.ts';
import { type DataRefills, REGION_TYPE, type RegionOptions } from './region-frame.ts';
import type { RegisterUse } from './register-use.ts';

export const IMPORTS = 'machine';

/** Entries of the table of regions at first and at most. */
export const REGION_TABLE: TableSize = { initial: 512, maximum: 16_384 };

export interface RegionModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where distances of frames from pages stand, by the pages' addresses. */
  readonly distances: readonly Replaceable[];
}

export function regionModule(
  graphs: readonly FlowGraph[],
  source: CodeSource,
  use: RegisterUse,
  options: RegionOptions,
): RegionModule {
  const module = new ModuleBuilder();
  module.importMemory(IMPORTS, 'memory', options.memoryPages);
  module.importTable(IMPORTS, 'regions', REGION_TABLE);
  const find = module.importFunction(IMPORTS, 'find', FIND_TYPE);
  const enter = module.importFunction(IMPORTS, 'enter', REGION_TYPE);
  const locate = module.importFunction(IMPORTS, 'locate', LOCATE_TYPE);
  const refill = (name: keyof DataRefills): number => module.importFunction(IMPORTS, name, REFILL_TYPE);
  const refills = options.refills ? { read: refill('read'), write: refill('write') } : undefined;
  const defined = graphs.map(() => module.defineFunction(REGION_TYPE));
  const indices = new Map(graphs.map(({ region }, i) => [region.entry, defined[i]?.index as number]));
  const functions = {
    functionOf: (address: number) => indices.get(address),
    regionType: module.typeIndex(REGION_TYPE),
    find,
    enter,
    refills,
    locate,
  };
  graphs.forEach((graph, i) => {
    const target = defined[i];
    if (target === undefined) return;
    writeRegion(target.body, graph, source, use, functions, options);
    module.export(String(i), target.index);
  });
  const bytes = module.toBytes();
  return { bytes, distances: module.replaceableConstants(bytes) };
}

/** How often translated code leads to an address without a region until the region is wanted. */
const OFTEN = 1000;

/**
 * A module with the function that does nothing: what the table holds where no region is. It only counts, in cells that
 * addresses share, so that the translator hears of places which regions lead to all the time.
 */
export function idleModule(memoryPages: number): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  module.importMemory(IMPORTS, 'memory', memoryPages);
  const { body: builder, index } = module.defineFunction(REGION_TYPE);
  const [pc, remaining] = [0, 1];
  const cell = builder.local('i32');
  const count = builder.local('i32');
  builder.get(pc);
  builder.op('i32.wrap_i64');
  builder.i32(1);
  builder.op('i32.shl');
  builder.i32((WANTS - 1) * 4);
  builder.op('i32.and');
  builder.tee(cell);
  builder.get(cell);
  builder.load('i32.load', Workspace.wants);
  builder.i32(1);
  builder.op('i32.add');
  builder.tee(count);
  builder.store('i32.store', Workspace.wants);
  builder.get(count);
  builder.i32(OFTEN);
  builder.op('i32.ge_u');
  builder.if();
  builder.get(cell);
  builder.i32(0);
  builder.store('i32.store', Workspace.wants);
  builder.i32(0);
  builder.get(pc);
  builder.store('i64.store', HartBlock.wanted);
  builder.end();
  builder.get(pc);
  builder.get(remaining);
  module.export('idle', index);
  return module.toBytes();
}
