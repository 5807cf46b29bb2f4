/**
 * Generates the fast engine: one WebAssembly function, a loop over decoded slots that dispatches with `br_table`.
 *
 *     fast(slot: i32, remaining: i32) -> i32 (a StopCode)
 *
 * It calls nothing. Whatever it cannot finish (a translation that is not cached, an access across pages, an exact
 * float operation, an undecoded slot) it leaves untouched and returns, with slot, pc and remaining cycles in the hart
 * block. Cycles are taken (and accesses to data counted) for a whole straight line when it is entered; whoever handles a stop
 * gives back those of the instructions that were not executed. (Measured against wasm tail calls in Node 20: more than twice as fast.)
 */

import { endsStraightLine } from '../isa/definition.ts';
import { LocalPool, Lowering } from '../isa/lowering.ts';
import { HartBlock, Slot, TranslationTable } from '../layout.ts';
import type { FunctionBuilder, Label } from '../wasm/function-builder.ts';
import type { DefinedFunction, ModuleBuilder } from '../wasm/module-builder.ts';
import { noteCurrentPage } from './current-page.ts';
import { Stop, type StopCode } from './exits.ts';
import {
  type ConstantPool,
  EXECUTE_ENTRY_MASK,
  type FastEngineOptions,
  type FastFrame,
  type FastLocals,
  FastTarget,
  PAGE_MASK,
  pushEntry,
  pushPc,
} from './fast-target.ts';
import { type HandlerCatalogue, type SingleHandler, SpecialHandler } from './handlers.ts';

export function generateFastEngine(
  module: ModuleBuilder,
  catalogue: HandlerCatalogue,
  options: FastEngineOptions,
  constants: ConstantPool,
): DefinedFunction {
  const defined = module.defineFunction({ parameters: ['i32', 'i32'], results: ['i32'] });
  const builder = defined.body;
  const locals = declareLocals(builder, constants);
  builder.i32(0);
  builder.load('i32.load', HartBlock.translationSet);
  builder.set(locals.translationSet);

  const leave = builder.block();
  const careful = builder.block();
  const enter = builder.loop();
  chargeStraightLine(locals, leave, options.instructionPrice);
  if (options.countDataAccesses) countAccesses(builder, locals.slot, 'i32.add');
  const dispatch = builder.loop();
  const miss = options.refill && { write: builder.block(), read: builder.block() };
  const jump = builder.block();
  const frame: FastFrame = { ...locals, leave, careful, miss, enter, dispatch, jump };
  generateHandlers(frame, catalogue, options);
  builder.end();
  findPage(frame);
  if (miss !== undefined) stopAtMisses(frame);
  builder.end();
  builder.end();
  builder.end();
  builder.i32(Stop.careful);
  builder.set(frame.reason);
  builder.end();
  saveState(frame);
  return defined;
}

function declareLocals(builder: FunctionBuilder, constants: ConstantPool): FastLocals {
  return {
    builder,
    slot: 0,
    remaining: 1,
    translationSet: builder.local('i32'),
    address: builder.local('i64'),
    entry: builder.local('i32'),
    reason: builder.local('i32'),
    target: builder.local('i64'),
    constants,
  };
}

function chargeStraightLine(
  { builder, slot, remaining, reason, entry }: FastLocals,
  leave: Label,
  price: number,
): void {
  builder.get(remaining);
  builder.get(slot);
  builder.load('i32.load16_u', Slot.run);
  if (price !== 1) {
    builder.i32(price);
    builder.op('i32.mul');
  }
  builder.tee(entry);
  builder.op('i32.sub');
  builder.tee(remaining);
  builder.i32(0);
  builder.op('i32.lt_s');
  builder.if();
  builder.get(remaining);
  builder.get(entry);
  builder.op('i32.add');
  builder.set(remaining);
  builder.i32(Stop.step);
  builder.set(reason);
  builder.branch(leave);
  builder.end();
}

/** Counts the data accesses of the straight line from a slot on as retired, or (`i32.sub`) as not retired after all. */
export function countAccesses(builder: FunctionBuilder, slot: number, change: 'i32.add' | 'i32.sub'): void {
  builder.i32(0);
  builder.i32(0);
  builder.load('i32.load', HartBlock.dataAccesses);
  builder.get(slot);
  builder.load('i32.load16_u', Slot.accesses);
  builder.op(change);
  builder.store('i32.store', HartBlock.dataAccesses);
}

/** Where `miss` leads. */
function stopAtMisses(frame: FastFrame): void {
  const { builder, target, reason } = frame;
  for (const stop of [Stop.readMiss, Stop.writeMiss]) {
    builder.end();
    builder.i32(0);
    builder.get(target);
    builder.store('i64.store', HartBlock.missed);
    builder.i32(stop);
    builder.set(reason);
    builder.branch(frame.leave);
  }
}

/** Control goes to another page: its slots are in its execute entry, or the engine must find them. */
function findPage(frame: FastFrame): void {
  const { builder, target, entry } = frame;
  builder.get(target);
  builder.op('i32.wrap_i64');
  pushEntry(frame, EXECUTE_ENTRY_MASK);
  builder.tee(entry);
  builder.load('i64.load', TranslationTable.execute + TranslationTable.tag);
  builder.get(target);
  builder.i64(PAGE_MASK);
  builder.op('i64.and');
  builder.op('i64.ne');
  builder.if();
  builder.i32(0);
  builder.get(target);
  builder.store('i64.store', HartBlock.pc);
  builder.i32(0);
  builder.get(frame.remaining);
  builder.store('i32.store', HartBlock.remaining);
  builder.i32(Stop.fetch);
  builder.return();
  builder.end();
  enterFoundPage(frame);
}

/** Makes the page of `target`, whose execute entry has been found, the current one, and executes there. */
function enterFoundPage(frame: FastFrame): void {
  const { builder, target, entry } = frame;
  noteCurrentPage(builder, target, entry);
  builder.tee(entry);
  builder.store('i32.store', HartBlock.currentSlots);
  builder.get(entry);
  builder.get(target);
  builder.op('i32.wrap_i64');
  builder.i32(0xffe);
  builder.op('i32.and');
  builder.i32(Slot.codeShift);
  builder.op('i32.shl');
  builder.op('i32.add');
  builder.set(frame.slot);
  builder.branch(frame.enter);
}

function saveState(frame: FastFrame): void {
  const { builder, slot, remaining, reason } = frame;
  builder.i32(0);
  builder.get(slot);
  builder.store('i32.store', HartBlock.slot);
  builder.i32(0);
  builder.get(remaining);
  builder.store('i32.store', HartBlock.remaining);
  builder.i32(0);
  pushPc(frame, 0);
  builder.store('i64.store', HartBlock.pc);
  builder.get(reason);
}

/** The handlers, in the order of their numbers, each after the end of its block. */
function generateHandlers(frame: FastFrame, catalogue: HandlerCatalogue, options: FastEngineOptions): void {
  const { builder } = frame;
  const locals = new LocalPool(builder);
  const opened = Array.from({ length: catalogue.count }, () => builder.block());
  const [otherwise, ...byDescendingIndex] = opened;
  builder.get(frame.slot);
  builder.load('i32.load16_u', Slot.handler);
  builder.branchTable(byDescendingIndex.toReversed(), otherwise as Label);
  generateSpecialHandlers(frame);
  const generate = (parts: readonly SingleHandler[]): void => {
    builder.end();
    let slotOffset = 0;
    for (const part of parts) {
      const target = new FastTarget(frame, options, part, slotOffset);
      new Lowering(target, locals).meaning(part.definition.meaning);
      slotOffset += part.length << Slot.codeShift;
    }
    if (!endsStraightLine((parts.at(-1) as SingleHandler).definition)) advance(frame, slotOffset);
    locals.releaseAll();
  };
  for (const single of catalogue.singles) generate([single]);
  for (const { first, second } of catalogue.fused) generate([first, second]);
}

/** Goes on to the slot `distance` bytes further in the same straight line. */
function advance({ builder, slot, dispatch }: FastFrame, distance: number): void {
  builder.get(slot);
  builder.i32(distance);
  builder.op('i32.add');
  builder.set(slot);
  builder.branch(dispatch);
}

function generateSpecialHandlers(frame: FastFrame): void {
  const { builder } = frame;
  const stopWith = (reason: StopCode): void => {
    builder.i32(reason);
    builder.set(frame.reason);
    builder.branch(frame.leave);
  };
  const special: Record<keyof typeof SpecialHandler, () => void> = {
    undecoded: () => stopWith(Stop.undecoded),
    pageEnd: () => {
      pushPc(frame, 0);
      builder.set(frame.target);
      builder.branch(frame.jump);
    },
    step: () => stopWith(Stop.step),
    illegal: () => stopWith(Stop.illegal),
    nop2: () => advance(frame, 2 << Slot.codeShift),
    nop4: () => advance(frame, 4 << Slot.codeShift),
    translated: () => stopWith(Stop.translated),
  };
  const names = Object.keys(SpecialHandler) as (keyof typeof SpecialHandler)[];
  for (const name of names.sort((a, b) => SpecialHandler[a] - SpecialHandler[b])) {
    builder.end();
    special[name]();
  }
}
