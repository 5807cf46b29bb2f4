/**
 * Generates the driver: WebAssembly that alternates the fast and the careful engine without leaving WebAssembly.
 *
 *     drive(slot: i32, remaining: i32) -> i32 (a StopCode)
 *     execute(slot: i32) -> i32: the careful engine for one slot
 *
 * `drive` stops as the fast engine does, except that it has given back the cycles of instructions that were paid for
 * and not executed, and has done carefully what could be. It stops with `done` when that led to another page.
 */

import { FRAME_SIZE, HartBlock, Slot } from '../layout.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import { callCarefulEngine } from './careful-engine.ts';
import { LAST_PAID_STOP, Stop } from './exits.ts';

interface Locals {
  readonly slot: number;
  readonly remaining: number;
  readonly stop: number;
  /** Cycles of the straight line from the slot on. */
  readonly paid: number;
}

export function generateDriver(module: ModuleBuilder, fast: number, instructionPrice: number): void {
  const execute = module.defineFunction({ parameters: ['i32'], results: ['i32'] });
  callCarefulEngine(module, execute.body, 0);
  module.export('execute', execute.index);

  const drive = module.defineFunction({ parameters: ['i32', 'i32'], results: ['i32'] });
  const builder = drive.body;
  const locals = { slot: 0, remaining: 1, stop: builder.local('i32'), paid: builder.local('i32') };
  const again = builder.loop();
  builder.get(locals.slot);
  builder.get(locals.remaining);
  builder.call(fast);
  builder.set(locals.stop);
  returnUnpaid(builder, locals);
  readSlot(builder, locals, instructionPrice);
  builder.get(locals.stop);
  builder.i32(Stop.careful);
  builder.op('i32.eq');
  builder.if();
  callCarefulEngine(module, builder, locals.slot);
  builder.tee(locals.stop);
  builder.i32(Stop.done);
  builder.op('i32.eq');
  builder.if();
  giveBack(builder, locals, instructionPrice);
  findNextSlot(builder, locals);
  builder.branch(again);
  builder.end();
  builder.end();
  giveBack(builder, locals, 0);
  builder.get(locals.stop);
  builder.return();
  builder.end();
  builder.unreachable();
  module.export('drive', drive.index);
}

function returnUnpaid(builder: FunctionBuilder, { stop }: Locals): void {
  builder.get(stop);
  builder.i32(LAST_PAID_STOP);
  builder.op('i32.gt_s');
  builder.if();
  builder.get(stop);
  builder.return();
  builder.end();
}

/** The slot at which the fast engine stopped, and what was paid; the careful engine may forget what is decoded. */
function readSlot(builder: FunctionBuilder, { slot, paid }: Locals, instructionPrice: number): void {
  builder.i32(0);
  builder.load('i32.load', HartBlock.slot);
  builder.tee(slot);
  builder.load('i32.load16_u', Slot.run);
  builder.i32(instructionPrice);
  builder.op('i32.mul');
  builder.set(paid);
}

/** Gives back what was paid, less the price of what was done. */
function giveBack(builder: FunctionBuilder, { remaining, paid }: Locals, spent: number): void {
  builder.i32(0);
  builder.i32(0);
  builder.load('i32.load', HartBlock.remaining);
  builder.get(paid);
  builder.op('i32.add');
  builder.i32(spent);
  builder.op('i32.sub');
  builder.tee(remaining);
  builder.store('i32.store', HartBlock.remaining);
}

/** Sets `slot` to that of pc, or returns `done` when pc is on another page. */
function findNextSlot(builder: FunctionBuilder, { slot }: Locals): void {
  builder.i32(0);
  builder.load('i64.load', HartBlock.pc);
  builder.i64(-FRAME_SIZE);
  builder.op('i64.and');
  builder.i32(0);
  builder.load('i64.load', HartBlock.currentPage);
  builder.op('i64.ne');
  builder.if();
  builder.i32(Stop.done);
  builder.return();
  builder.end();
  builder.i32(0);
  builder.load('i32.load', HartBlock.pc);
  builder.i32(FRAME_SIZE - 1);
  builder.op('i32.and');
  builder.i32(Slot.codeShift);
  builder.op('i32.shl');
  builder.i32(0);
  builder.load('i32.load', HartBlock.currentSlots);
  builder.op('i32.add');
  builder.set(slot);
}
