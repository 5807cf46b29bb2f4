/**
 * Messages: bytes in chunks, with what goes with them. A message counts its holders; the last one frees it, takes it off its
 * sender's bill, and gives up the rights that it still carries.
 */
import type { Span } from '../../../contracts/service.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { Message, type MessageView } from '../records.ts';
import { messageAt } from '../root.ts';
import { chunkAt, makeChunk, releaseChunk, roomIn } from './chunks.ts';
import { dropName } from './names.ts';
import { loseRights } from './rights.ts';
import { uncharge } from './sockets.ts';

/** What a message costs its sender besides its chunks' capacity. */
export const MESSAGE_OVERHEAD = 256;

/** An empty message with one holder; 0 when there is no memory. */
export function makeMessage(k: Kernel): PhysicalAddress {
  const address = k.slab.allocate(k.domain, Message.size);
  if (address === 0) return 0;
  const message = messageAt(k, address);
  message.references = 1;
  message.charge = MESSAGE_OVERHEAD;
  return address;
}

export function dropMessage(k: Kernel, address: PhysicalAddress): void {
  const message = messageAt(k, address);
  message.references -= 1;
  if (message.references > 0) return;
  for (let at = message.firstChunk; at !== 0; ) {
    const chunk = chunkAt(k, at);
    at = chunk.next;
    releaseChunk(k, chunk);
  }
  const { sender, charge, name, rights } = message;
  if (name !== 0) dropName(k, name);
  if (rights !== 0) loseRights(k, rights);
  k.slab.release(address);
  if (sender !== 0) uncharge(k, sender, charge);
}

/** Puts a chunk behind those of a message. Its memory counts as the message's. */
export function addChunk(k: Kernel, message: MessageView, address: PhysicalAddress): void {
  const chunk = chunkAt(k, address);
  if (message.lastChunk !== 0) chunkAt(k, message.lastChunk).next = address;
  else message.firstChunk = address;
  message.lastChunk = address;
  message.length += chunk.length;
  message.charge += chunk.capacity;
}

/** Bytes that fit behind a message's last ones without more memory. */
export function roomAtEnd(k: Kernel, message: MessageView): number {
  return message.lastChunk === 0 ? 0 : roomIn(chunkAt(k, message.lastChunk));
}

/**
 * Moves bytes of a span behind those of a message: as many as fit its last chunk, or else a new one. Returns what was to come
 * and what came, which is all or, when the span's pages are absent, not counted in; undefined when there is no memory.
 */
export function fill(
  k: Kernel,
  message: MessageView,
  from: Span,
  done: number,
  most: number,
): { readonly length: number; readonly came: number } | undefined {
  if (roomAtEnd(k, message) === 0) {
    const made = makeChunk(k, most);
    if (made === 0) return undefined;
    addChunk(k, message, made);
  }
  const chunk = chunkAt(k, message.lastChunk);
  const length = Math.min(most, roomIn(chunk));
  const came = k.fromSpan(from, done, chunk.data + chunk.offset + chunk.length, length);
  if (came === length) {
    chunk.length += length;
    message.length += length;
  }
  return { length, came };
}

/** The bytes of a message from `offset` on: the longest run that lies in one piece. */
export function runAt(
  k: Kernel,
  message: MessageView,
  offset: number,
): { readonly at: PhysicalAddress; readonly length: number } {
  let skip = offset;
  for (let at = message.firstChunk; at !== 0; ) {
    const chunk = chunkAt(k, at);
    const { length } = chunk;
    if (skip < length) return { at: chunk.data + chunk.offset + skip, length: length - skip };
    skip -= length;
    at = chunk.next;
  }
  return { at: 0, length: 0 };
}

/** Takes bytes off the front of a message. */
export function consume(k: Kernel, message: MessageView, length: number): void {
  message.length -= length;
  for (let left = length; left > 0; ) {
    const chunk = chunkAt(k, message.firstChunk);
    const taken = Math.min(left, chunk.length);
    chunk.offset += taken;
    chunk.length -= taken;
    left -= taken;
    if (chunk.length > 0 || chunk.next === 0) return;
    message.firstChunk = chunk.next;
    releaseChunk(k, chunk);
  }
}
