/** How translated code goes on in place after a usual miss of the modelled TLB: see ../refill. */

import { FlatTable, FRAME_SIZE } from '../layout.ts';
import { type FlatTableOffset, pushEntry } from './data-place.ts';
import { leaveIf, type Point, type RegionFrame } from './region-frame.ts';

/**
 * Has the page of the `address` local refilled, and leaves its entry in `found`; leaves the region when that is not possible,
 * or not without that the budget ends before it is looked at again.
 */
export function refillData(
  frame: RegionFrame,
  point: Point & { readonly reserve: number },
  table: FlatTableOffset,
): void {
  const { builder, remaining, found, refill } = frame;
  if (refill === undefined) throw new Error('there is nothing to refill');
  leaveIf(frame, point, () => {
    builder.get(frame.address);
    builder.i64(-FRAME_SIZE);
    builder.op('i64.and');
    builder.get(remaining);
    builder.i32(point.reserve);
    builder.op('i32.sub');
    builder.call(table === FlatTable.read ? refill.read : refill.write);
    builder.tee(found);
    builder.i32(0);
    builder.op('i32.lt_s');
  });
  builder.get(remaining);
  builder.get(found);
  builder.op('i32.sub');
  builder.set(remaining);
  pushEntry(frame, table);
  builder.set(found);
}
