/** How generated code looks for a region among the jumps that are remembered (layout.ts). */

import { FlatTable, Jump, jumpOffset } from '../layout.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';

/** Locals, of 64 bits the one of the address, and what else is needed. */
export interface JumpLocals {
  readonly builder: FunctionBuilder;
  readonly pc: number;
  readonly flatTables: number;
  readonly found: number;
  /** Index of the function that finds what is not remembered (region-entry.ts). */
  readonly find: number;
  /** Is anything remembered? */
  readonly remembers: boolean;
}

/** Pushes the index in the table of the region at pc. @param target the address, if it is known */
export function pushRegion(locals: JumpLocals, target?: number): void {
  const { builder, pc, found, find, remembers } = locals;
  if (!remembers) {
    builder.get(pc);
    builder.call(find);
    return;
  }
  const offset = FlatTable.jumps + (target === undefined ? 0 : jumpOffset(target));
  pushJump(locals, target);
  builder.tee(found);
  builder.load('i64.load32_u', offset + Jump.address);
  builder.get(pc);
  builder.op('i64.ne');
  builder.hintUnlikely();
  builder.if('i32');
  builder.get(pc);
  builder.call(find);
  builder.else();
  builder.get(found);
  builder.load('i32.load', offset + Jump.region);
  builder.end();
}

/** Pushes what to add to the offset of a jump for its place. */
function pushJump({ builder, pc, flatTables }: JumpLocals, target: number | undefined): void {
  builder.get(flatTables);
  if (target !== undefined) return;
  pushJumpOffset(builder, pc);
  builder.op('i32.add');
}

/** Pushes the offset of the place of the jump to an address, in a local of 64 bits, from the first jump: `jumpOffset`. */
export function pushJumpOffset(builder: FunctionBuilder, address: number): void {
  const scale = Math.log2(Jump.size);
  builder.get(address);
  builder.op('i32.wrap_i64');
  builder.i32(scale - 1);
  builder.op('i32.shl');
  builder.get(address);
  builder.op('i32.wrap_i64');
  builder.i32(Jump.secondBit - scale);
  builder.op('i32.shr_u');
  builder.op('i32.xor');
  builder.i32((Jump.count - 1) * Jump.size);
  builder.op('i32.and');
}
