/** How translated code comes from one region to another: among the jumps that are remembered (layout.ts), else by `find`. */

import { FlatTable, Jump, jumpOffset } from '../layout.ts';
import { pushJumpOffset } from './region-entry.ts';
import type { RegionFrame } from './region-frame.ts';

/** Ends the function by the region at pc, or by its results as they are. */
export function goOnFound(frame: RegionFrame): void {
  const { builder, pc, remaining, depth, regionType } = frame;
  builder.get(pc);
  builder.get(remaining);
  builder.get(depth);
  pushRegion(frame);
  builder.returnCallIndirect(regionType);
}

/** Calls the region at pc, or nothing; sets pc and what remains. @param target the address, if it is known */
export function callFound(frame: RegionFrame, target?: number): void {
  const { builder, pc, remaining, depth, regionType } = frame;
  builder.get(pc);
  builder.get(remaining);
  builder.get(depth);
  builder.i32(1);
  builder.op('i32.sub');
  pushRegion(frame, target);
  builder.callIndirect(regionType);
  builder.set(remaining);
  builder.set(pc);
}

/** Pushes the index of the region at pc in the table. */
function pushRegion(frame: RegionFrame, target?: number): void {
  const { builder, pc, found, find } = frame;
  if (frame.refill !== undefined) {
    builder.get(pc);
    builder.call(find);
    return;
  }
  const offset = FlatTable.jumps + (target === undefined ? 0 : jumpOffset(target));
  pushJump(frame, target);
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
function pushJump({ builder, pc, flatTables }: RegionFrame, target: number | undefined): void {
  builder.get(flatTables);
  if (target !== undefined) return;
  pushJumpOffset(builder, pc);
  builder.op('i32.add');
}
