/**
 * A pipe's buffer: its ring of slots and the frames in them.
 *
 * Rules of use: the functions keep the ring's invariants (`used` slots from `oldest` on, each with at least one byte; `bytes`
 * is their sum) and wake nobody. A frame taken is either committed or put back within the same step.
 */
import type { ViewOf } from '../../contracts/records.ts';
import { type FrameNumber, PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { DEFAULT_CAPACITY, Pipe, PipeSlot } from './records.ts';

export type PipeView = ViewOf<typeof Pipe.schema>;
type SlotView = ViewOf<typeof PipeSlot.schema>;

/** A new pipe without ends, or 0 when there is no memory. `slots` is a power of two. */
export function makePipe(k: Kernel, slots: number): PhysicalAddress {
  const address = k.slab.allocate(k.domain, Pipe.size);
  if (address === 0) return 0;
  const ring = k.slab.allocate(k.domain, slots * PipeSlot.size);
  if (ring === 0) {
    k.slab.release(address);
    return 0;
  }
  const pipe = Pipe.at(k.store, address);
  pipe.ring = ring;
  pipe.slots = slots;
  return address;
}

/** Frees a pipe with whatever is still in it. */
export function freePipe(k: Kernel, pipe: PipeView): void {
  while (pipe.used > 0) drop(k, pipe);
  if (pipe.spareFrame !== 0) k.frames.release(pipe.spareFrame);
  k.slab.release(pipe.ring);
  k.slab.release(pipe.address);
}

/** Slots for a capacity in bytes: whole pages, a power of two of them, as fcntl(F_SETPIPE_SZ) rounds. */
export function slotsFor(capacity: number): number {
  const bytes = capacity === 0 ? DEFAULT_CAPACITY : capacity;
  return 2 ** Math.ceil(Math.log2(Math.max(bytes, PAGE_SIZE) / PAGE_SIZE));
}

export function isFull(pipe: PipeView): boolean {
  return pipe.used >= pipe.slots;
}

function slotAt(k: Kernel, pipe: PipeView, index: number): SlotView {
  return PipeSlot.at(k.store, pipe.ring + ((pipe.oldest + index) % pipe.slots) * PipeSlot.size);
}

/** The oldest slot in use. */
export function oldestSlot(k: Kernel, pipe: PipeView): SlotView {
  return slotAt(k, pipe, 0);
}

/** The newest slot, when `length` more bytes fit behind its own; else undefined. */
export function slotWithRoom(k: Kernel, pipe: PipeView, length: number): SlotView | undefined {
  const { used } = pipe;
  if (used === 0) return undefined;
  const slot = slotAt(k, pipe, used - 1);
  return slot.offset + slot.length + length <= PAGE_SIZE ? slot : undefined;
}

/** A frame for a new slot, or 0 when there is no memory. What it holds is old. */
export function takeFrame(k: Kernel, pipe: PipeView): FrameNumber {
  const spare = pipe.spareFrame;
  if (spare === 0) return k.frames.allocate(k.domain, FrameUse.buffer);
  pipe.spareFrame = 0;
  return spare;
}

export function putBack(k: Kernel, pipe: PipeView, frame: FrameNumber): void {
  if (pipe.spareFrame === 0) pipe.spareFrame = frame;
  else k.frames.release(frame);
}

/** Appends a slot with the first `length` bytes of a frame. */
export function append(k: Kernel, pipe: PipeView, frame: FrameNumber, length: number): void {
  const slot = slotAt(k, pipe, pipe.used);
  slot.frame = frame;
  slot.offset = 0;
  slot.length = length;
  pipe.used += 1;
  pipe.bytes += length;
}

/** Lengthens a slot by bytes that were put behind its own. */
export function extend(pipe: PipeView, slot: SlotView, length: number): void {
  slot.length += length;
  pipe.bytes += length;
}

/** Takes bytes off the front of the oldest slot; the slot goes with its last one. */
export function consume(k: Kernel, pipe: PipeView, length: number): void {
  const slot = slotAt(k, pipe, 0);
  const left = slot.length - length;
  if (left === 0) {
    drop(k, pipe);
    return;
  }
  slot.offset += length;
  slot.length = left;
  pipe.bytes -= length;
}

function drop(k: Kernel, pipe: PipeView): void {
  const slot = slotAt(k, pipe, 0);
  pipe.bytes -= slot.length;
  putBack(k, pipe, slot.frame);
  pipe.oldest = (pipe.oldest + 1) % pipe.slots;
  pipe.used -= 1;
}

/** Moves the slots in use to a ring of another size, which must hold them. False when there is no memory. */
export function resize(k: Kernel, pipe: PipeView, slots: number): boolean {
  const ring = k.slab.allocate(k.domain, slots * PipeSlot.size);
  if (ring === 0) return false;
  const { used } = pipe;
  for (let index = 0; index < used; index++) {
    const from = slotAt(k, pipe, index);
    const to = PipeSlot.at(k.store, ring + index * PipeSlot.size);
    to.frame = from.frame;
    to.offset = from.offset;
    to.length = from.length;
  }
  k.slab.release(pipe.ring);
  pipe.ring = ring;
  pipe.slots = slots;
  pipe.oldest = 0;
  return true;
}
