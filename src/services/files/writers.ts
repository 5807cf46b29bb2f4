/**
 * One writer at a time: a write or a change of size that takes several steps keeps others of its kind out of the file.
 *
 * Reads and page faults go on meanwhile. Rules of use: `claim` before the first step that changes, `yield` of the claim in
 * every way out.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Node, nodeAt } from './records.ts';

/** Makes the calling thread the file's writer. False when another is: then wait in `writersQueue`. */
export function claim(k: Kernel, address: PhysicalAddress): boolean {
  const node = nodeAt(k, address);
  const { writer } = node;
  if (writer !== 0 && writer !== k.thread) return false;
  node.writer = k.thread;
  return true;
}

/** The writer is done. */
export function unclaim(k: Kernel, address: PhysicalAddress): void {
  nodeAt(k, address).writer = 0;
  k.wake(address + Node.offsets.waiters);
}

export function writersQueue(address: PhysicalAddress): PhysicalAddress {
  return address + Node.offsets.waiters;
}
