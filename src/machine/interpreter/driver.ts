/**
 * Generates the driver: WebAssembly that alternates the fast engine, the careful engine and translated code without
 * leaving WebAssembly.
 *
 *     drive(slot: i32, remaining: i32) -> i32 (a StopCode)
 *     start(remaining: i32) -> i32: the same from pc on; `done` at once when its page is not cached
 *     execute(slot: i32) -> i32: the careful engine for one slot
 *
 * `drive` stops as the fast engine does, except that it has given back the cycles of instructions that were paid for
 * and not executed, and has done carefully or by translated code what could be. It stops with `done` when that led to a
 * page that is not cached, with `sample` when so much has been interpreted that the translator is to be told where, and
 * with `idle` when translated code has done nothing, and with `wanted` when it often leads to where there is none.
 */

import type { Push } from '../isa/lowering.ts';
import { FRAME_SIZE, HartBlock, Slot, Workspace } from '../layout.ts';
import type { RefillFunctions } from '../refill/refill.ts';
import { ExitPlace, NEARLY_SPENT } from '../translator/exit-causes.ts';
import { DEEPEST_CALL, REGION_TYPE } from '../translator/region-frame.ts';
import type { FunctionBuilder, Label } from '../wasm/function-builder.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import { callCarefulEngine } from './careful-engine.ts';
import { enterPage, type PageLocals } from './enter-page.ts';
import { LAST_PAID_STOP, Stop } from './exits.ts';
import { countAccesses } from './fast-engine.ts';
import type { FastEngineOptions } from './fast-target.ts';
import { SpecialHandler } from './handlers.ts';

interface Locals extends PageLocals {
  readonly slot: number;
  readonly stop: number;
  /** Cycles of the straight line from the slot on. */
  readonly paid: number;
  /** Cycles that the fast engine is not given, so that it comes back for a sample. */
  readonly withheld: number;
  readonly next: number;
}

export interface DriverOptions extends FastEngineOptions {
  /** The handler of `ecall`. */
  readonly systemCall: number;
}

/** Gives the index of `start`. @param refills of the modelled TLB, if there is one @param exits handlers by which exits of translated code are counted, if they are counted at all */
export function generateDriver(
  module: ModuleBuilder,
  fast: number,
  options: DriverOptions,
  refills?: RefillFunctions,
  exits?: number,
): number {
  const { instructionPrice } = options;
  const execute = module.defineFunction({ parameters: ['i32'], results: ['i32'] });
  callCarefulEngine(module, execute.body, 0);
  module.export('execute', execute.index);

  const drive = module.defineFunction({ parameters: ['i32', 'i32'], results: ['i32'] });
  const locals = declareLocals(drive.body, refills);
  const { builder, slot, stop } = locals;
  const again = builder.loop();
  isAt(locals, SpecialHandler.translated);
  builder.if();
  callTranslated(module, locals);
  if (exits !== undefined) countOne(builder, () => builder.i32(exits + ExitPlace.all));
  returnWanted(builder);
  findNextSlot(locals);
  if (exits !== undefined) countExit(locals, exits, instructionPrice);
  trapAtOnce(module, locals, options);
  builder.branch(again);
  builder.end();
  runFast(locals, fast);
  if (refills !== undefined) refillFetch(locals, again);
  returnUnpaid(locals);
  readSlot(locals, options);
  if (refills !== undefined) refillAccess(locals, refills, again);
  builder.get(stop);
  builder.i32(Stop.translated);
  builder.op('i32.eq');
  builder.if();
  giveBack(locals);
  builder.branch(again);
  builder.end();
  builder.get(stop);
  builder.i32(Stop.careful);
  builder.op('i32.eq');
  builder.if();
  callCarefulEngine(module, builder, slot);
  builder.tee(stop);
  builder.i32(Stop.done);
  builder.op('i32.eq');
  builder.if();
  giveBack(locals, () => builder.i32(instructionPrice));
  findNextSlot(locals);
  builder.branch(again);
  builder.end();
  builder.end();
  giveBack(locals);
  builder.get(stop);
  builder.return();
  builder.end();
  builder.unreachable();
  module.export('drive', drive.index);
  return generateStart(module, drive.index);
}

/** `start`: enters the page of pc, if it is cached, and drives on from there. */
function generateStart(module: ModuleBuilder, drive: number): number {
  const start = module.defineFunction({ parameters: ['i32'], results: ['i32'] });
  const { body } = start;
  const locals = {
    builder: body,
    // A page that is not there is for whoever starts.
    refills: undefined,
    remaining: 0,
    given: body.local('i32'),
    entry: body.local('i32'),
    pc: body.local('i64'),
  };
  body.i32(0);
  body.load('i64.load', HartBlock.pc);
  body.set(locals.pc);
  enterPage(locals);
  pushSlot(locals);
  body.get(locals.remaining);
  body.call(drive);
  module.export('start', start.index);
  return start.index;
}

function declareLocals(builder: FunctionBuilder, refills: RefillFunctions | undefined): Locals {
  return {
    builder,
    refills,
    slot: 0,
    remaining: 1,
    stop: builder.local('i32'),
    paid: builder.local('i32'),
    withheld: builder.local('i32'),
    given: builder.local('i32'),
    entry: builder.local('i32'),
    pc: builder.local('i64'),
    next: builder.local('i64'),
  };
}

/** Pushes whether the slot has a handler. */
function isAt({ builder, slot }: Locals, handler: number): void {
  builder.get(slot);
  builder.load('i32.load16_u', Slot.handler);
  builder.i32(handler);
  builder.op('i32.eq');
}

/** Runs the region to which the slot leads; returns `idle` when that has done nothing. */
function callTranslated(module: ModuleBuilder, { builder, slot, remaining, given, pc, next }: Locals): void {
  builder.i32(0);
  builder.load('i64.load', HartBlock.currentPage);
  builder.get(slot);
  builder.i32(0);
  builder.load('i32.load', HartBlock.currentSlots);
  builder.op('i32.sub');
  builder.i32(Slot.codeShift);
  builder.op('i32.shr_u');
  builder.op('i64.extend_i32_u');
  builder.op('i64.add');
  builder.tee(pc);
  builder.get(remaining);
  builder.tee(given);
  builder.i32(DEEPEST_CALL);
  builder.get(slot);
  builder.load('i32.load', Slot.immediate);
  builder.callIndirect(module.typeIndex(REGION_TYPE));
  builder.set(remaining);
  builder.set(next);
  builder.i32(0);
  builder.get(next);
  builder.store('i64.store', HartBlock.pc);
  builder.i32(0);
  builder.get(next);
  builder.store('i64.store', HartBlock.lastLeft);
  builder.i32(0);
  builder.get(remaining);
  builder.store('i32.store', HartBlock.remaining);
  builder.get(next);
  builder.get(pc);
  builder.op('i64.eq');
  builder.get(remaining);
  builder.get(given);
  builder.op('i32.eq');
  builder.op('i32.and');
  builder.if();
  builder.i32(Stop.idle);
  builder.return();
  builder.end();
}

/** Returns the trap of a system call: what translated code mostly leads to that is not for the fast engine. */
function trapAtOnce(
  module: ModuleBuilder,
  locals: Locals,
  { instructionPrice, systemCall }: DriverOptions,
): void {
  const { builder, slot, remaining } = locals;
  isAt(locals, systemCall);
  builder.get(remaining);
  builder.i32(instructionPrice);
  builder.op('i32.ge_s');
  builder.op('i32.and');
  builder.if();
  callCarefulEngine(module, builder, slot);
  builder.return();
  builder.end();
}

function returnWanted(builder: FunctionBuilder): void {
  builder.i32(0);
  builder.load('i64.load', HartBlock.wanted);
  builder.i64(0);
  builder.op('i64.ne');
  builder.if();
  builder.i32(Stop.wanted);
  builder.return();
  builder.end();
}

/** Counts the exit by the handler of what is next, or as one of the budget's. */
function countExit({ builder, slot, remaining }: Locals, exits: number, instructionPrice: number): void {
  countOne(builder, () => {
    builder.i32(exits + ExitPlace.budget);
    builder.get(slot);
    builder.load('i32.load16_u', Slot.handler);
    builder.get(remaining);
    builder.i32(NEARLY_SPENT * instructionPrice);
    builder.op('i32.lt_s');
    builder.select();
  });
}

/** Adds 1 to the count of exits whose number is pushed. */
function countOne(builder: FunctionBuilder, pushNumber: () => void): void {
  const cell = builder.local('i32');
  pushNumber();
  builder.i32(2);
  builder.op('i32.shl');
  builder.tee(cell);
  builder.get(cell);
  builder.load('i32.load', Workspace.exits);
  builder.i32(1);
  builder.op('i32.add');
  builder.store('i32.store', Workspace.exits);
}

/** Runs the fast engine with what is left until the next sample, or less. */
function runFast({ builder, slot, remaining, stop, withheld, given }: Locals, fast: number): void {
  builder.get(remaining);
  builder.i32(0);
  builder.load('i32.load', HartBlock.untilSample);
  builder.tee(given);
  builder.get(remaining);
  builder.get(given);
  builder.get(remaining);
  builder.op('i32.lt_s');
  builder.select();
  builder.tee(given);
  builder.op('i32.sub');
  builder.set(withheld);
  builder.get(slot);
  builder.get(given);
  builder.call(fast);
  builder.set(stop);
  builder.i32(0);
  builder.i32(0);
  builder.load('i32.load', HartBlock.untilSample);
  builder.i32(0);
  builder.load('i32.load', HartBlock.remaining);
  builder.get(given);
  builder.op('i32.sub');
  builder.op('i32.add');
  builder.store('i32.store', HartBlock.untilSample);
  builder.i32(0);
  builder.i32(0);
  builder.load('i32.load', HartBlock.remaining);
  builder.get(withheld);
  builder.op('i32.add');
  builder.store('i32.store', HartBlock.remaining);
}

function returnUnpaid({ builder, stop, withheld }: Locals): void {
  builder.get(stop);
  builder.i32(LAST_PAID_STOP);
  builder.op('i32.gt_s');
  builder.if();
  builder.i32(Stop.sample);
  builder.get(stop);
  builder.get(stop);
  builder.i32(Stop.step);
  builder.op('i32.eq');
  builder.get(withheld);
  builder.i32(0);
  builder.op('i32.gt_s');
  builder.op('i32.and');
  // A slot that is always to be executed by itself has no run.
  builder.i32(0);
  builder.load('i32.load', HartBlock.slot);
  builder.load('i32.load16_u', Slot.run);
  builder.i32(0);
  builder.op('i32.ne');
  builder.op('i32.and');
  builder.select();
  builder.return();
  builder.end();
}

/** Goes on where control goes to a page that is not cached, if it is a usual miss. */
function refillFetch(locals: Locals, again: Label): void {
  const { builder, stop, remaining } = locals;
  builder.get(stop);
  builder.i32(Stop.fetch);
  builder.op('i32.eq');
  builder.if();
  builder.i32(0);
  builder.load('i32.load', HartBlock.remaining);
  builder.set(remaining);
  findNextSlot(locals);
  builder.branch(again);
  builder.end();
}

/** Executes the slot again after a usual miss; another miss is done carefully. */
function refillAccess(locals: Locals, { read, write }: RefillFunctions, again: Label): void {
  const { builder, stop, given } = locals;
  const refill = (index: number): void => {
    builder.i32(0);
    builder.load('i64.load', HartBlock.missed);
    builder.i32(0);
    builder.load('i32.load', HartBlock.remaining);
    builder.call(index);
    builder.set(given);
  };
  builder.get(stop);
  builder.i32(Stop.readMiss);
  builder.op('i32.ge_s');
  builder.if();
  builder.get(stop);
  builder.i32(Stop.readMiss);
  builder.op('i32.eq');
  builder.if();
  refill(read);
  builder.else();
  refill(write);
  builder.end();
  builder.get(given);
  builder.i32(0);
  builder.op('i32.ge_s');
  builder.if();
  giveBack(locals, () => builder.get(given));
  builder.branch(again);
  builder.end();
  builder.i32(Stop.careful);
  builder.set(stop);
  builder.end();
}

/** The slot at which the fast engine stopped, and what was paid; the careful engine may forget what is decoded. */
function readSlot(
  { builder, slot, paid }: Locals,
  { instructionPrice, countDataAccesses }: FastEngineOptions,
): void {
  builder.i32(0);
  builder.load('i32.load', HartBlock.slot);
  builder.tee(slot);
  builder.load('i32.load16_u', Slot.run);
  builder.i32(instructionPrice);
  builder.op('i32.mul');
  builder.set(paid);
  if (countDataAccesses) countAccesses(builder, slot, 'i32.sub');
}

/** Gives back what was paid, less the price of what was done. */
function giveBack({ builder, remaining, paid }: Locals, spent: Push = () => builder.i32(0)): void {
  builder.i32(0);
  builder.i32(0);
  builder.load('i32.load', HartBlock.remaining);
  builder.get(paid);
  builder.op('i32.add');
  spent();
  builder.op('i32.sub');
  builder.tee(remaining);
  builder.store('i32.store', HartBlock.remaining);
}

/** Sets `slot` to that of pc, or returns `done` when pc is on a page that is not cached. */
function findNextSlot(locals: Locals): void {
  const { builder, slot, pc } = locals;
  builder.i32(0);
  builder.load('i64.load', HartBlock.pc);
  builder.tee(pc);
  builder.i64(-FRAME_SIZE);
  builder.op('i64.and');
  builder.i32(0);
  builder.load('i64.load', HartBlock.currentPage);
  builder.op('i64.ne');
  builder.if();
  enterPage(locals);
  builder.end();
  pushSlot(locals);
  builder.set(slot);
}

/** Pushes the slot of pc, which is on the current page. */
function pushSlot({ builder, pc }: Pick<Locals, 'builder' | 'pc'>): void {
  builder.get(pc);
  builder.op('i32.wrap_i64');
  builder.i32(FRAME_SIZE - 1);
  builder.op('i32.and');
  builder.i32(Slot.codeShift);
  builder.op('i32.shl');
  builder.i32(0);
  builder.load('i32.load', HartBlock.currentSlots);
  builder.op('i32.add');
}
