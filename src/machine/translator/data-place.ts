/**
 * How translated code finds data: the pieces of the test that an access makes (docs/decisions/0006). They work on the
 * `address` local, and leave a condition or a number on the stack.
 */

import { type FlatTable, FRAME_SHIFT, FRAME_SIZE } from '../layout.ts';
import type { RegionFrame } from './region-frame.ts';

const ENTRY_SHIFT = 2;
/** The bits that an address below 4 GiB has not. */
const ABOVE_LOW = 0xffff_ffff_0000_0000n;
/** Entries of flat tables lead to the place before the data. */
export const DATA = 1;

export type FlatTableOffset = typeof FlatTable.read | typeof FlatTable.write;

/** Pushes 0 if the address is below 4 GiB and a multiple of a power of two. */
export function pushIsApart({ builder, address }: RegionFrame, alignment: number): void {
  builder.get(address);
  builder.i64(ABOVE_LOW | BigInt(alignment - 1));
  builder.op('i64.and');
  builder.i64(0);
  builder.op('i64.ne');
}

/** Pushes whether so many bytes from the address on are not all on its page. */
export function pushIsCrossing(frame: RegionFrame, size: number): void {
  pushAddress(frame);
  frame.builder.i32(FRAME_SIZE - 1);
  frame.builder.op('i32.and');
  frame.builder.i32(FRAME_SIZE - size);
  frame.builder.op('i32.gt_u');
}

/** Pushes what to add to the address to get the place before the data; 0 when it is not known. */
export function pushEntry(frame: RegionFrame, table: FlatTableOffset): void {
  const { builder } = frame;
  pushAddress(frame);
  builder.i32(FRAME_SHIFT);
  builder.op('i32.shr_u');
  builder.i32(ENTRY_SHIFT);
  builder.op('i32.shl');
  builder.get(frame.flatTables);
  builder.op('i32.add');
  builder.load('i32.load', table);
}

/** Pushes the low half of the address. */
export function pushAddress({ builder, address }: RegionFrame): void {
  builder.get(address);
  builder.op('i32.wrap_i64');
}
