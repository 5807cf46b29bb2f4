/** Small messages of a stream that come one after the other share the memory of the first. */

import { Primitive } from '../../../contracts/accounting.ts';
import { PAGE_SIZE } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { MessageView, SocketView } from '../records.ts';
import { messageAt } from '../root.ts';
import { chunkAt, roomIn } from './chunks.ts';

/** Puts the bytes of a small message behind the last one that was received, if they fit there. The message stays the caller's. */
export function absorb(k: Kernel, socket: SocketView, message: MessageView): boolean {
  if (socket.lastMessage === 0 || message.firstChunk !== message.lastChunk) return false;
  const from = chunkAt(k, message.firstChunk);
  const last = messageAt(k, socket.lastMessage);
  const into = chunkAt(k, last.lastChunk);
  // A whole frame may be shared with whoever sent it, who puts bytes there.
  if (last.references > 1 || into.capacity === PAGE_SIZE || roomIn(into) < from.length) return false;
  const { length } = from;
  k.memory.copy(into.data + into.offset + into.length, from.data + from.offset, length);
  k.meter.charge(Primitive.wordCopied, Math.ceil(length / 8));
  k.countCopy(length);
  into.length += length;
  last.length += length;
  socket.receiveBytes += length;
  return true;
}
