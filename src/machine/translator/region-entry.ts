/**
 * What the regions of all modules call.
 *
 * How regions of one module call those of others: through the table, by the index that `find` gives. Each has a call of its own for
 * that, since a processor foretells where a call leads to by where it is. What is found is remembered as a jump (layout.ts), unless
 * there is a modelled TLB, whose misses are to be seen.
 */

import { pushCell } from '../hart-cell.ts';
import { findExecuteEntry } from '../interpreter/current-page.ts';
import { SpecialHandler } from '../interpreter/handlers.ts';
import { FlatTable, FRAME_SHIFT, FRAME_SIZE, HartBlock, Jump, Slot, TranslationTable } from '../layout.ts';
import type { FunctionBuilder, FunctionType } from '../wasm/function-builder.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import { DATA } from './data-place.ts';

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

/** Of `find`: the index in the table of the region at an address. */
export const FIND_TYPE: FunctionType = { parameters: ['i64'], results: ['i32'] };

/** Finds a region: among the jumps, or by its page, for the next time. @param remembers may there be jumps? */
export function generateFind(module: ModuleBuilder, remembers: boolean): void {
  const { body: builder, index } = module.defineFunction(FIND_TYPE);
  const pc = 0;
  if (remembers) findAgain(builder, pc);
  else findRegion(builder, pc);
  module.export('find', index);
}

function findAgain(builder: FunctionBuilder, pc: number): void {
  const [tables, jump, found] = [builder.local('i32'), builder.local('i32'), builder.local('i32')];
  pushCell(builder, HartBlock.flatTables);
  builder.tee(tables);
  builder.get(pc);
  builder.op('i32.wrap_i64');
  builder.i32(Math.log2(Jump.size) - 1);
  builder.op('i32.shl');
  builder.i32((Jump.count - 1) * Jump.size);
  builder.op('i32.and');
  builder.tee(found);
  builder.op('i32.add');
  builder.tee(jump);
  builder.load('i64.load', FlatTable.jumps + Jump.address);
  builder.get(pc);
  builder.op('i64.eq');
  builder.if();
  builder.get(jump);
  builder.load('i32.load', FlatTable.jumps + Jump.region);
  builder.return();
  builder.end();
  builder.get(tables);
  builder.get(found);
  builder.i32(Math.log2(FlatTable.chunkSize));
  builder.op('i32.shr_u');
  builder.op('i32.add');
  builder.i32(1);
  builder.store('i32.store8', FlatTable.chunks + FlatTable.jumps / FlatTable.chunkSize);
  findRegion(builder, pc);
  builder.tee(found);
  builder.if();
  builder.get(jump);
  builder.get(pc);
  builder.store('i64.store', FlatTable.jumps + Jump.address);
  builder.get(jump);
  builder.get(found);
  builder.store('i32.store', FlatTable.jumps + Jump.region);
  builder.end();
  builder.get(found);
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
