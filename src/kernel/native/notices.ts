/**
 * Notices: messages that the kernel itself sends, by a send-once right that was given to it or is lost.
 *
 * They are a header and one word, the name that it is about (MACH_NOTIFY_* of Mach 3).
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { allocate } from './limits.ts';
import { HEADER_BYTES, Header, setHeaderWord } from './message-layout.ts';
import { NameType, QueuedMessage } from './records.ts';

/** The identities of notices (mach/notify.h): a send-once right was destroyed unused; a name became a dead one. */
export const Notice = { sendOnce: 0o107, deadName: 0o110 } as const;

/** A notice that is not queued yet, or 0 when there is no memory for it. */
export function makeNotice(k: Kernel, id: number, name: number): PhysicalAddress {
  return kernelMessage(k, id, [name]);
}

/** A message of the kernel's that is not queued yet: a header and words of 32 bits. 0 when there is no memory for it. */
export function kernelMessage(k: Kernel, id: number, words: readonly number[]): PhysicalAddress {
  const size = HEADER_BYTES + 4 * words.length;
  const message = allocate(k, 'messages', QueuedMessage.size + size);
  if (message === 0) return 0;
  const view = QueuedMessage.at(k.store, message);
  view.destinationType = NameType.sendOnce;
  view.size = size;
  setHeaderWord(k, message, Header.size, size);
  setHeaderWord(k, message, Header.id, id);
  words.forEach((word, index) => {
    setHeaderWord(k, message, HEADER_BYTES + 4 * index, word);
  });
  return message;
}
