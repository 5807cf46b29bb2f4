/**
 * Argument blocks: the strings of an exec, in kernel frames, between the program that asks and the one that begins.
 *
 * A block is a record and a chain of frames with the strings one after another, each ended by NUL: arguments first, then the
 * environment. Each frame's first 8 bytes hold the address of the next. A script's interpreter puts strings in front: they
 * are kept in a second block.
 */
import type { ViewOf } from '../../contracts/records.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';

export const ArgumentBlock = record('ArgumentBlock', {
  firstFrame: 'u32',
  lastFrame: 'u32',
  /** Bytes used of the last frame, its link included. */
  used: 'u32',
  /** Bytes of all strings with their NULs; of the arguments alone. */
  bytes: 'u32',
  argumentBytes: 'u32',
  argumentCount: 'u32',
  environmentCount: 'u32',
});

export type BlockView = ViewOf<typeof ArgumentBlock.schema>;

/** Room for strings in a frame. */
export const BLOCK_FRAME_START = 8;
/** Bytes of all strings at most, as Linux's quarter of an 8 MiB stack. */
export const MOST_ARGUMENT_BYTES = 2 * 1024 * 1024;
/** One string at most (MAX_ARG_STRLEN). */
export const LONGEST_ARGUMENT = 128 * 1024;

export function blockAt(k: Kernel, block: PhysicalAddress): BlockView {
  return ArgumentBlock.at(k.store, block);
}

/** An empty block, or 0. */
export function createBlock(k: Kernel): PhysicalAddress {
  const block = k.slab.allocate(k.domain, ArgumentBlock.size);
  if (block === 0) return 0;
  const frame = k.frames.allocate(k.domain, FrameUse.slab);
  if (frame === 0) {
    k.slab.release(block);
    return 0;
  }
  const view = blockAt(k, block);
  view.firstFrame = frame * PAGE_SIZE;
  view.lastFrame = frame * PAGE_SIZE;
  view.used = BLOCK_FRAME_START;
  return block;
}

export function destroyBlock(k: Kernel, block: PhysicalAddress): void {
  if (block === 0) return;
  for (let frame = blockAt(k, block).firstFrame; frame !== 0; ) {
    const next = k.memory.u32[frame >>> 2] as number;
    k.frames.release(frame / PAGE_SIZE);
    frame = next;
  }
  k.slab.release(block);
}

/** Where the next bytes go and how many fit there; a new frame when the last is full. Undefined without memory. */
export function roomIn(k: Kernel, block: PhysicalAddress): { at: PhysicalAddress; room: number } | undefined {
  const view = blockAt(k, block);
  if (view.used === PAGE_SIZE) {
    const frame = k.frames.allocate(k.domain, FrameUse.slab);
    if (frame === 0) return undefined;
    k.store.u32[view.lastFrame >>> 2] = frame * PAGE_SIZE;
    view.lastFrame = frame * PAGE_SIZE;
    view.used = BLOCK_FRAME_START;
  }
  return { at: view.lastFrame + view.used, room: PAGE_SIZE - view.used };
}

export function advance(k: Kernel, block: PhysicalAddress, bytes: number): void {
  const view = blockAt(k, block);
  view.used += bytes;
  view.bytes += bytes;
}

/** Appends a string of the house with its NUL. False without memory. */
export function append(k: Kernel, block: PhysicalAddress, text: Uint8Array): boolean {
  const bytes = new Uint8Array(text.length + 1);
  bytes.set(text);
  for (let done = 0; done < bytes.length; ) {
    const place = roomIn(k, block);
    if (place === undefined) return false;
    const count = Math.min(place.room, bytes.length - done);
    k.memory.store(place.at, bytes.subarray(done, done + count));
    advance(k, block, count);
    done += count;
  }
  return true;
}

/** The pieces of a block in order, as (physical address, length). */
export function* pieces(k: Kernel, block: PhysicalAddress): Generator<readonly [PhysicalAddress, number]> {
  const view = blockAt(k, block);
  for (let frame = view.firstFrame; frame !== 0; ) {
    const end = frame === view.lastFrame ? view.used : PAGE_SIZE;
    if (end > BLOCK_FRAME_START) yield [frame + BLOCK_FRAME_START, end - BLOCK_FRAME_START];
    frame = k.memory.u32[frame >>> 2] as number;
  }
}
