/** What a receiver is told about a message: a MessageFigures record. */

import type { Span } from '../../../contracts/service.ts';
import { PAGE_SIZE } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { FrameUse } from '../../../kernel/objects.ts';
import { MessageFigures } from '../figures.ts';
import { MessageFlag, SocketType } from '../interface.ts';
import { type MessageView, Rights, type SocketView } from '../records.ts';
import { rootOf } from '../root.ts';
import { putInternet, putLocal } from './addresses.ts';
import { firstRight } from './rights.ts';

/** What the receiver asks for. */
interface Request {
  readonly into: Span;
  readonly about: Span;
  readonly flags: number;
}

/**
 * Writes a MessageFigures record for a receiver. The message's rights are the receiver's from then on,
 * unless it only peeks. False when the span is not there.
 */
export function describe(k: Kernel, socket: SocketView, message: MessageView, f: Request): boolean {
  const frame = k.frames.allocate(k.domain, FrameUse.buffer);
  if (frame === 0) return false;
  const at = frame * PAGE_SIZE;
  const figures = MessageFigures.at(k.store, at);
  const { length, name, port, rights, host } = message;
  figures.length = length;
  if (length > f.into.length && socket.type !== SocketType.stream) figures.flags = MessageFlag.truncate;
  figures.stated = socket.passCredentials;
  figures.process = message.process;
  figures.user = message.user;
  figures.group = message.group;
  const { scratch } = rootOf(k);
  figures.addressLength = port !== 0 ? putInternet(k, host, port) : name !== 0 ? putLocal(k, name) : 0;
  k.memory.copy(figures.sender, scratch, figures.addressLength);
  if (rights !== 0) {
    const { count } = Rights.at(k.store, rights);
    figures.rightCount = count;
    k.memory.copy(figures.rights, firstRight(rights), count * 4);
  }
  const went = k.toSpan(f.about, 0, at, MessageFigures.size);
  k.frames.release(frame);
  if (went < MessageFigures.size) return false;
  if (rights !== 0 && (f.flags & MessageFlag.peek) === 0) {
    k.slab.release(rights);
    message.rights = 0;
  }
  return true;
}
