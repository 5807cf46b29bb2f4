/**
 * What the regions of all modules call where the tests that they make themselves (data-place.ts) do not find data: `locate`, and behind a
 * store to two pages `scatter`.
 */

import { pushCell } from '../hart-cell.ts';
import { FRAME_SHIFT, FRAME_SIZE, HartBlock, Workspace } from '../layout.ts';
import type { FunctionBuilder, FunctionType, Label } from '../wasm/function-builder.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import { DATA } from './data-place.ts';

/** Bits of the size of an access; the offset of a table has none of them. */
const LARGEST_ACCESS = 15;
/** No access is of more bytes. */
const WORD = 8;

/** Of `locate`: the place of the data at an address, or 0; told a number of bytes and the table's offset together. */
export const LOCATE_TYPE: FunctionType = { parameters: ['i64', 'i32'], results: ['i32'] };

/** Of `scatter`: told an address, and a number of bytes and the table's offset together. */
export const SCATTER_TYPE: FunctionType = { parameters: ['i64', 'i32'], results: [] };

interface Locals {
  readonly builder: FunctionBuilder;
  readonly access: number;
  /** The low half of the address. */
  readonly low: number;
  readonly found: number;
}

/**
 * Finds data as far as the flat tables know it, aligned or not. What lies on two pages is put together in the workspace, and
 * must be loaded from there at once; what is stored there must be scattered at once.
 */
export function generateLocate(module: ModuleBuilder): void {
  const { body: builder, index } = module.defineFunction(LOCATE_TYPE);
  const [low, found, end] = [builder.local('i32'), builder.local('i32'), builder.local('i32')];
  const locals = { builder, access: 1, low, found };
  const unknown = builder.block();
  builder.get(0);
  builder.i64(32);
  builder.op('i64.shr_u');
  builder.i64(0);
  builder.op('i64.ne');
  builder.branchIf(unknown);
  builder.get(0);
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
  gather(locals, end, unknown);
  builder.end();
  pushPlace(locals, unknown);
  builder.return();
  builder.end();
  builder.i32(0);
  module.export('locate', index);
}

/**
 * Returns where the bytes from two pages are, put together, or branches.
 * @param end local: bytes from the beginning of the page to the end of the access
 */
function gather(locals: Locals, end: number, unknown: Label): void {
  const { builder, access, low } = locals;
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
  pushCrossing(locals, () => {
    builder.get(end);
    builder.get(access);
    builder.i32(LARGEST_ACCESS);
    builder.op('i32.and');
    builder.op('i32.sub');
  });
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

/** Stores to two pages what has been stored in the workspace; both are known. */
export function generateScatter(module: ModuleBuilder): void {
  const { body: builder, index } = module.defineFunction(SCATTER_TYPE);
  const [low, found, from] = [builder.local('i32'), builder.local('i32'), builder.local('i32')];
  const [address, access] = [0, 1];
  const locals = { builder, access, low, found };
  builder.get(address);
  builder.op('i32.wrap_i64');
  builder.set(low);
  pushCrossing(locals, () => {
    builder.get(low);
    builder.i32(FRAME_SIZE - 1);
    builder.op('i32.and');
  });
  builder.set(from);
  const done = builder.block();
  const next = builder.loop();
  pushPlace(locals, done);
  builder.get(from);
  builder.load('i32.load8_u');
  builder.store('i32.store8');
  increase(builder, low);
  increase(builder, from);
  builder.get(low);
  builder.get(address);
  builder.op('i32.wrap_i64');
  builder.op('i32.sub');
  builder.get(access);
  builder.i32(LARGEST_ACCESS);
  builder.op('i32.and');
  builder.op('i32.lt_u');
  builder.branchIf(next);
  builder.end();
  builder.end();
  module.export('scatter', index);
}

/** Pushes where data in the workspace begins. @param push gives its place in its first page */
function pushCrossing({ builder }: Locals, push: () => void): void {
  push();
  builder.i32(Workspace.crossing + WORD - FRAME_SIZE);
  builder.op('i32.add');
}

function increase(builder: FunctionBuilder, local: number): void {
  builder.get(local);
  builder.i32(1);
  builder.op('i32.add');
  builder.set(local);
}
