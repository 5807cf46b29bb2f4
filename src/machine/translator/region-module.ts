/** Puts regions that were found together into one WebAssembly module: exports `0`, `1` and so on, of REGION_TYPE each. */

import { SpecialHandler } from '../interpreter/handlers.ts';
import { HartBlock, Slot, TranslationTable } from '../layout.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import { ModuleBuilder } from '../wasm/module-builder.ts';
import type { CodeSource, Region } from './control-flow.ts';
import { flowGraph } from './dominators.ts';
import { writeRegion } from './region-code.ts';
import { REGION_TYPE, type TranslatorOptions } from './region-frame.ts';
import type { RegisterUse } from './register-use.ts';

export const IMPORTS = 'machine';
const PAGE_MASK = -4096;
const ENTRY_SHIFT = 8;
const ENTRY_MASK = 0x3ff0;
const PAGE_HALFWORDS = 0xffe;

/** @param tableSize entries of the imported table of regions */
export function regionModule(
  regions: readonly Region[],
  source: CodeSource,
  use: RegisterUse,
  options: TranslatorOptions,
  tableSize: number,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  module.importMemory(IMPORTS, 'memory', options.memoryPages);
  module.importTable(IMPORTS, 'regions', tableSize);
  const find = module.defineFunction({ parameters: ['i64'], results: ['i32'] });
  writeFind(find.body);
  const defined = regions.map(() => module.defineFunction(REGION_TYPE));
  const indices = new Map(regions.map(({ entry }, i) => [entry, defined[i]?.index as number]));
  const functions = {
    functionOf: (address: number) => indices.get(address),
    find: find.index,
    regionType: module.typeIndex(REGION_TYPE),
  };
  regions.forEach((region, i) => {
    const target = defined[i];
    if (target === undefined) return;
    writeRegion(target.body, flowGraph(region), source, use, functions, options);
    module.export(String(i), target.index);
  });
  return module.toBytes();
}

/** A module with the function that does nothing: what the table holds where no region is. */
export function idleModule(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const idle = module.defineFunction(REGION_TYPE);
  idle.body.get(0);
  idle.body.get(1);
  module.export('idle', idle.index);
  return module.toBytes();
}

/** The index in the table of the region at an address: by its page's execute entry and its slot. 0 is the idle one. */
function writeFind(builder: FunctionBuilder): void {
  const [pc, entry] = [0, builder.local('i32')] as const;
  builder.get(pc);
  builder.op('i32.wrap_i64');
  builder.i32(ENTRY_SHIFT);
  builder.op('i32.shr_u');
  builder.i32(ENTRY_MASK);
  builder.op('i32.and');
  builder.i32(0);
  builder.load('i32.load', HartBlock.translationSet);
  builder.op('i32.add');
  builder.tee(entry);
  builder.load('i64.load', TranslationTable.execute + TranslationTable.tag);
  builder.get(pc);
  builder.i64(PAGE_MASK);
  builder.op('i64.and');
  builder.op('i64.eq');
  builder.if();
  builder.get(entry);
  builder.load('i32.load', TranslationTable.execute + TranslationTable.slots);
  builder.get(pc);
  builder.op('i32.wrap_i64');
  builder.i32(PAGE_HALFWORDS);
  builder.op('i32.and');
  builder.i32(Slot.codeShift);
  builder.op('i32.shl');
  builder.op('i32.add');
  builder.tee(entry);
  builder.load('i32.load16_u', Slot.handler);
  builder.i32(SpecialHandler.translated);
  builder.op('i32.eq');
  builder.if();
  builder.get(entry);
  builder.load('i32.load', Slot.immediate);
  builder.return();
  builder.end();
  builder.end();
  builder.i32(0);
}
