/** How translated code comes from one region to another. */

import type { RegionFrame } from './region-frame.ts';
import { pushRegion } from './remembered-jump.ts';

/** Ends the function by the region at pc, or by its results as they are, by a jump of its own. */
export function jumpFound(frame: RegionFrame): void {
  const { builder, pc, remaining, depth, regionType } = frame;
  builder.get(pc);
  builder.get(remaining);
  builder.get(depth);
  pushRegion(frame);
  builder.returnCallIndirect(regionType);
}

/** The same by the jump that all share. */
export function goOnFound({ builder, pc, remaining, depth, enter }: RegionFrame): void {
  builder.get(pc);
  builder.get(remaining);
  builder.get(depth);
  builder.returnCall(enter);
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
