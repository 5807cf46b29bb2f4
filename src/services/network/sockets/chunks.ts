/**
 * Chunks: pieces of memory that hold messages' bytes. A large chunk is a frame, which may be shared: two messages can have
 * the same bytes without a copy, because bytes are only ever put behind those that are there, and by the first holder alone.
 */
import { Primitive } from '../../../contracts/accounting.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { FrameUse } from '../../../kernel/objects.ts';
import { Chunk, type ChunkView } from '../records.ts';

/** Messages of at most this length get memory of a slab, which has this capacity. */
const SMALL = 512;
const SMALL_CAPACITY = 768;

export function chunkAt(k: Kernel, chunk: PhysicalAddress): ChunkView {
  return Chunk.at(k.store, chunk);
}

/** An empty chunk for `length` bytes or as many as a chunk can hold; 0 when there is no memory. */
export function makeChunk(k: Kernel, length: number): PhysicalAddress {
  const address = k.slab.allocate(k.domain, Chunk.size);
  if (address === 0) return 0;
  const small = length <= SMALL;
  const data = small
    ? k.slab.allocate(k.domain, SMALL_CAPACITY)
    : k.frames.allocate(k.domain, FrameUse.buffer, false) * PAGE_SIZE;
  if (data === 0) {
    k.slab.release(address);
    return 0;
  }
  const chunk = chunkAt(k, address);
  chunk.data = data;
  chunk.capacity = small ? SMALL_CAPACITY : PAGE_SIZE;
  return address;
}

export function releaseChunk(k: Kernel, chunk: ChunkView): void {
  if (chunk.capacity === PAGE_SIZE) k.frames.release(chunk.data / PAGE_SIZE);
  else k.slab.release(chunk.data);
  k.slab.release(chunk.address);
}

/** Bytes that still fit behind a chunk's own. */
export function roomIn(chunk: ChunkView): number {
  return chunk.capacity - chunk.offset - chunk.length;
}

/** A chunk with some of the same bytes: a frame is shared, a small one copied. 0 when there is no memory. */
export function shareChunk(k: Kernel, from: ChunkView, skip: number, length: number): PhysicalAddress {
  const { data, capacity } = from;
  const offset = from.offset + skip;
  const address = capacity === PAGE_SIZE ? k.slab.allocate(k.domain, Chunk.size) : makeChunk(k, length);
  if (address === 0) return 0;
  const chunk = chunkAt(k, address);
  chunk.length = length;
  if (capacity === PAGE_SIZE) {
    k.frames.hold(data / PAGE_SIZE);
    chunk.data = data;
    chunk.capacity = PAGE_SIZE;
    chunk.offset = offset;
  } else {
    k.memory.copy(chunk.data, data + offset, length);
    k.meter.charge(Primitive.wordCopied, Math.ceil(length / 8));
    k.countCopy(length);
  }
  return address;
}
