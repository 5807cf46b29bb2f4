/**
 * What the regions of all modules call.
 *
 * How regions of one module call those of others: `enter`, of REGION_TYPE, in the one module that has the table of regions
 * (V8 copies an imported table into every instance, so that no other should). It goes on in the region at an address, or does
 * nothing.
 */

import { findExecuteEntry } from '../interpreter/current-page.ts';
import { SpecialHandler } from '../interpreter/handlers.ts';
import { FRAME_SHIFT, FRAME_SIZE, HartBlock, Slot, TranslationTable } from '../layout.ts';
import type { FunctionBuilder, FunctionType } from '../wasm/function-builder.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import { DATA } from './data-place.ts';
import { REGION_TYPE } from './region-frame.ts';

const PAGE_HALFWORDS = 0xffe;
/** Bits of the size of an access; the offset of a table has none of them. */
const LARGEST_ACCESS = 15;

/** Of `locate`: the place of the data at an address, or 0; told a number of bytes and the table's offset together. */
export const LOCATE_TYPE: FunctionType = { parameters: ['i64', 'i32'], results: ['i32'] };

/** Finds data as far as the flat tables know it: aligned or not, but on one page. */
export function generateLocate(module: ModuleBuilder): void {
  const { body: builder, index } = module.defineFunction(LOCATE_TYPE);
  const [address, access] = [0, 1];
  const low = builder.local('i32');
  const found = builder.local('i32');
  const unknown = builder.block();
  builder.get(address);
  builder.i64(32);
  builder.op('i64.shr_u');
  builder.i64(0);
  builder.op('i64.ne');
  builder.branchIf(unknown);
  builder.get(address);
  builder.op('i32.wrap_i64');
  builder.tee(low);
  builder.i32(FRAME_SIZE - 1);
  builder.op('i32.and');
  builder.get(access);
  builder.i32(LARGEST_ACCESS);
  builder.op('i32.and');
  builder.op('i32.add');
  builder.i32(FRAME_SIZE);
  builder.op('i32.gt_u');
  builder.branchIf(unknown);
  builder.get(low);
  builder.i32(FRAME_SHIFT);
  builder.op('i32.shr_u');
  builder.i32(2);
  builder.op('i32.shl');
  builder.get(access);
  builder.i32(~LARGEST_ACCESS);
  builder.op('i32.and');
  builder.op('i32.add');
  builder.i32(0);
  builder.load('i32.load', HartBlock.flatTables);
  builder.op('i32.add');
  builder.load('i32.load');
  builder.tee(found);
  builder.op('i32.eqz');
  builder.branchIf(unknown);
  builder.get(low);
  builder.get(found);
  builder.op('i32.add');
  builder.i32(DATA);
  builder.op('i32.add');
  builder.return();
  builder.end();
  builder.i32(0);
  module.export('locate', index);
}

export function generateRegionEntry(module: ModuleBuilder): void {
  const { body: builder, index } = module.defineFunction(REGION_TYPE);
  const [pc, remaining, depth] = [0, 1, 2] as const;
  builder.get(pc);
  builder.get(remaining);
  builder.get(depth);
  findRegion(builder, pc);
  builder.returnCallIndirect(module.typeIndex(REGION_TYPE));
  module.export('enter', index);
}

/** Leaves the index in the table of the region at an address: by its page's execute entry and its slot. 0 is the idle one. */
function findRegion(builder: FunctionBuilder, pc: number): void {
  const entry = builder.local('i32');
  const found = builder.block('i32');
  findExecuteEntry(builder, pc, entry);
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
  builder.branch(found);
  builder.end();
  builder.end();
  builder.i32(0);
  builder.end();
}
