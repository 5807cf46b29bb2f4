/**
 * Memory for the files service: frames and records of its domain, with clean pages given up when none is left.
 *
 * Every allocation of the service goes through here, so that a full machine first loses what can be read again.
 */
import type { FrameNumber, PhysicalAddress } from '../../contracts/units.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { FrameUseNumber } from '../../kernel/frames.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse, KernelRoot } from '../../kernel/objects.ts';
import { reclaim } from './reclaim.ts';
import { rootOf } from './records.ts';

/** Clean pages given up at once when memory runs out. */
const RECLAIM_BATCH = 32;

/** The largest record that the slab allocator gives. */
export const LARGEST_RECORD = 2048;

function domainOf(k: Kernel): PhysicalAddress {
  return k.homeOf('files');
}

/** One frame in this many is left to others as long as clean pages can make way. */
const RESERVE = 32;

/** A cleared frame for a page of a file, or 0. Clean pages make way before the last free frames are taken. */
export function allocatePage(k: Kernel): FrameNumber {
  const { frameCount } = KernelRoot.at(k.meter.observer, k.rootAddress);
  if (k.frames.free < frameCount / RESERVE) reclaim(k, RECLAIM_BATCH);
  return allocateFrame(k, FrameUse.file);
}

/** A cleared frame with one hold, or 0. */
export function allocateFrame(k: Kernel, use: FrameUseNumber): FrameNumber {
  const frame = k.frames.allocate(domainOf(k), use);
  if (frame !== 0 || reclaim(k, RECLAIM_BATCH) === 0) return frame;
  return k.frames.allocate(domainOf(k), use);
}

/** A cleared record, or 0. */
export function allocateRecord(k: Kernel, size: number): PhysicalAddress {
  const record = k.slab.allocate(domainOf(k), size);
  if (record !== 0 || reclaim(k, RECLAIM_BATCH) === 0) return record;
  return k.slab.allocate(domainOf(k), size);
}

/** Room for a byte string of at most a page, or 0. Strings too long for a record have a frame of their own. */
export function allocateText(k: Kernel, length: number, use: FrameUseNumber): PhysicalAddress {
  if (length <= LARGEST_RECORD) return allocateRecord(k, Math.max(length, 1));
  return allocateFrame(k, use) * PAGE_SIZE;
}

export function releaseText(k: Kernel, text: PhysicalAddress, length: number): void {
  if (length <= LARGEST_RECORD) k.slab.release(text);
  else k.frames.release(text / PAGE_SIZE);
}

/** Physical address of the scratch frame: a step may build an answer there. */
export function scratchOf(k: Kernel): PhysicalAddress {
  return rootOf(k).scratchFrame * PAGE_SIZE;
}
