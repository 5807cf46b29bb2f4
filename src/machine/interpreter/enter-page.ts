/** How generated code makes the page of pc the current one, refilling the modelled TLB if there is one. */

import { FRAME_SIZE, HartBlock } from '../layout.ts';
import type { RefillFunctions } from '../refill/refill.ts';
import type { FunctionBuilder, Label } from '../wasm/function-builder.ts';
import { findExecuteEntry, noteCurrentPage } from './current-page.ts';
import { Stop } from './exits.ts';

export interface PageLocals {
  readonly builder: FunctionBuilder;
  readonly refills: RefillFunctions | undefined;
  /** Cycles left, which a refill takes from. */
  readonly remaining: number;
  /** For the time being. */
  readonly given: number;
  readonly entry: number;
  readonly pc: number;
}

/** Makes the page of pc the current one, by its execute entry; returns `done` when there is none. */
export function enterPage(locals: PageLocals): void {
  const { builder, pc, entry } = locals;
  const again = builder.loop();
  findExecuteEntry(builder, pc, entry);
  builder.op('i64.ne');
  builder.if();
  refillPage(locals, again);
  builder.i32(Stop.done);
  builder.return();
  builder.end();
  builder.end();
  noteCurrentPage(builder, pc, entry);
  builder.store('i32.store', HartBlock.currentSlots);
}

/** Goes back to a label when the page of pc is there now. */
function refillPage({ builder, refills, pc, remaining, given }: PageLocals, again: Label): void {
  if (refills === undefined) return;
  builder.get(pc);
  builder.i64(-FRAME_SIZE);
  builder.op('i64.and');
  builder.get(remaining);
  builder.call(refills.execute);
  builder.tee(given);
  builder.i32(0);
  builder.op('i32.ge_s');
  builder.if();
  builder.i32(0);
  builder.get(remaining);
  builder.get(given);
  builder.op('i32.sub');
  builder.tee(remaining);
  builder.store('i32.store', HartBlock.remaining);
  builder.branch(again);
  builder.end();
}
