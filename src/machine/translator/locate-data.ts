/** `locate`, which the regions of all modules call where the tests that they make themselves (data-place.ts) do not find data. */

import { pushCell } from '../hart-cell.ts';
import { FlatTable, FRAME_SHIFT, FRAME_SIZE, HartBlock, Workspace } from '../layout.ts';
import type { FunctionBuilder, FunctionType, Label } from '../wasm/function-builder.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import { DATA } from './data-place.ts';

/** Bits of the size of an access; the offset of a table has none of them. */
const LARGEST_ACCESS = 15;
/** No access is of more bytes. */
const WORD = 8;

/** Of `locate`: the place of the data at an address, or 0; told a number of bytes and the table's offset together. */
export const LOCATE_TYPE: FunctionType = { parameters: ['i64', 'i32'], results: ['i32'] };

interface Locals {
  readonly builder: FunctionBuilder;
  readonly address: number;
  readonly access: number;
  /** The low half of the address. */
  readonly low: number;
  readonly found: number;
  /** Bytes from the beginning of the page to the end of the access. */
  readonly end: number;
}

/**
 * Finds data as far as the flat tables know it, aligned or not. What is to be loaded from two pages is put together in the workspace, and
 * must be loaded from there at once.
 */
export function generateLocate(module: ModuleBuilder): void {
  const { body: builder, index } = module.defineFunction(LOCATE_TYPE);
  const [low, found, end] = [builder.local('i32'), builder.local('i32'), builder.local('i32')];
  const locals = { builder, address: 0, access: 1, low, found, end };
  const unknown = builder.block();
  builder.get(locals.address);
  builder.i64(32);
  builder.op('i64.shr_u');
  builder.i64(0);
  builder.op('i64.ne');
  builder.branchIf(unknown);
  builder.get(locals.address);
  builder.op('i32.wrap_i64');
  builder.tee(low);
  builder.i32(FRAME_SIZE - 1);
  builder.op('i32.and');
  builder.get(locals.access);
  builder.i32(LARGEST_ACCESS);
  builder.op('i32.and');
  builder.op('i32.add');
  builder.tee(end);
  builder.i32(FRAME_SIZE);
  builder.op('i32.gt_u');
  builder.if();
  gather(locals, unknown);
  builder.end();
  pushPlace(locals, unknown);
  builder.return();
  builder.end();
  builder.i32(0);
  module.export('locate', index);
}

/** Returns where the bytes from two pages are, put together, or branches: for stores always. */
function gather(locals: Locals, unknown: Label): void {
  const { builder, access, low, end } = locals;
  builder.get(access);
  builder.i32(FlatTable.write);
  builder.op('i32.and');
  builder.branchIf(unknown);
  // The last page below 4 GiB has none behind it that the tables know.
  builder.get(low);
  builder.i32(-FRAME_SIZE);
  builder.op('i32.ge_u');
  builder.branchIf(unknown);
  // The last word of this page, then the first one of the next.
  builder.get(low);
  builder.i32(FRAME_SIZE - 1);
  builder.op('i32.or');
  builder.i32(WORD - 1);
  builder.op('i32.sub');
  builder.set(low);
  copyWord(locals, Workspace.crossing, unknown);
  builder.get(low);
  builder.i32(WORD);
  builder.op('i32.add');
  builder.set(low);
  copyWord(locals, Workspace.crossing + WORD, unknown);
  builder.get(end);
  builder.get(access);
  builder.i32(LARGEST_ACCESS);
  builder.op('i32.and');
  builder.op('i32.sub');
  builder.i32(Workspace.crossing + WORD - FRAME_SIZE);
  builder.op('i32.add');
  builder.return();
}

/** Copies the word at the low half of an address. */
function copyWord(locals: Locals, to: number, unknown: Label): void {
  const { builder } = locals;
  builder.i32(0);
  pushPlace(locals, unknown);
  builder.load('i64.load');
  builder.store('i64.store', to);
}

/** Pushes the place of the data at the low half of an address, or branches. */
function pushPlace({ builder, access, low, found }: Locals, unknown: Label): void {
  builder.get(low);
  builder.i32(FRAME_SHIFT);
  builder.op('i32.shr_u');
  builder.i32(2);
  builder.op('i32.shl');
  builder.get(access);
  builder.i32(~LARGEST_ACCESS);
  builder.op('i32.and');
  builder.op('i32.add');
  pushCell(builder, HartBlock.flatTables);
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
}
