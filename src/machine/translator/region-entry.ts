/**
 * How regions of one module reach those of others: through the table, by the index that `find` gives. Calls and computed jumps are
 * each made where they are, since a processor foretells where a jump leads to by where it is; ends of regions share `enter`.
 * What is found is remembered as a jump (layout.ts), unless there is a modelled TLB, whose misses are to be seen.
 */

import { pushCell } from '../hart-cell.ts';
import { findExecuteEntry } from '../interpreter/current-page.ts';
import { SpecialHandler } from '../interpreter/handlers.ts';
import { FlatTable, HartBlock, Jump, Slot, TranslationTable } from '../layout.ts';
import type { FunctionBuilder, FunctionType } from '../wasm/function-builder.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import { REGION_TYPE } from './region-frame.ts';
import { pushJumpOffset, pushRegion } from './remembered-jump.ts';

const PAGE_HALFWORDS = 0xffe;

/** Of `find`: the index in the table of the region at an address. */
export const FIND_TYPE: FunctionType = { parameters: ['i64'], results: ['i32'] };

/** Finds a region by its page. @param remembers is it to be among the jumps for the next time? @returns the function's index */
export function generateFind(module: ModuleBuilder, remembers: boolean): number {
  const { body: builder, index } = module.defineFunction(FIND_TYPE);
  const pc = 0;
  if (remembers) findAgain(builder, pc);
  else findRegion(builder, pc);
  module.export('find', index);
  return index;
}

function findAgain(builder: FunctionBuilder, pc: number): void {
  const [tables, place, found] = [builder.local('i32'), builder.local('i32'), builder.local('i32')];
  pushCell(builder, HartBlock.flatTables);
  builder.set(tables);
  pushJumpOffset(builder, pc);
  builder.set(place);
  findRegion(builder, pc);
  builder.tee(found);
  builder.i32(0);
  builder.op('i32.ne');
  builder.get(pc);
  builder.i64(32);
  builder.op('i64.shr_u');
  builder.op('i64.eqz');
  builder.op('i32.and');
  builder.if();
  builder.get(tables);
  builder.get(place);
  builder.i32(Math.log2(FlatTable.chunkSize));
  builder.op('i32.shr_u');
  builder.op('i32.add');
  builder.i32(1);
  builder.store('i32.store8', FlatTable.chunks + FlatTable.jumps / FlatTable.chunkSize);
  builder.get(tables);
  builder.get(place);
  builder.op('i32.add');
  builder.tee(place);
  builder.get(pc);
  builder.op('i32.wrap_i64');
  builder.store('i32.store', FlatTable.jumps + Jump.address);
  builder.get(place);
  builder.get(found);
  builder.store('i32.store', FlatTable.jumps + Jump.region);
  builder.end();
  builder.get(found);
}

/**
 * `enter`, of REGION_TYPE: goes on in the region at an address, or does nothing. For ends of regions that are not worth a jump of their
 * own; functions with such jumps in them are slower in some versions of V8.
 * @param find its index @param remembers are there jumps?
 */
export function generateEnter(module: ModuleBuilder, find: number, remembers: boolean): void {
  const { body: builder, index } = module.defineFunction(REGION_TYPE);
  const [pc, remaining, depth] = [0, 1, 2] as const;
  const locals = {
    builder,
    pc,
    find,
    remembers,
    flatTables: builder.local('i32'),
    found: builder.local('i32'),
  };
  pushCell(builder, HartBlock.flatTables);
  builder.set(locals.flatTables);
  for (const local of [pc, remaining, depth]) builder.get(local);
  pushRegion(locals);
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
