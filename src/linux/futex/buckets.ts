/**
 * Futex buckets: wait queues in one frame, and which of them a futex's waiters are in.
 *
 * A futex is named as Linux names it. In private memory it is the address space and the virtual address, which a fork's
 * copying of pages does not change; a name made for sharing differs from a private one, so the two do not meet. In memory that processes share it is the physical address of the word, which is the
 * same in all of them and stays while the page is mapped. A waiting thread's record says for which futex it waits.
 */
import { Access } from '../../contracts/machine.ts';
import { WakeReason } from '../../contracts/service.ts';
import { PAGE_SHIFT, PAGE_SIZE, type PhysicalAddress, type VirtualAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse, WaitQueue } from '../../kernel/objects.ts';
import { LinuxThread } from '../records.ts';
import { linuxRoot } from '../state.ts';

/** A futex: a virtual address in a space, or a physical one (space 0). */
export interface FutexKey {
  readonly space: PhysicalAddress;
  readonly address: number;
}

export const ANY_BITS = 0xffff_ffff;

/** Words are aligned to 4: the lowest bit marks names that were made for sharing. */
export const SHARED_MARK = 1;

const BUCKETS = PAGE_SIZE / WaitQueue.size;

/** The wait queue of a futex. */
export function bucketOf(k: Kernel, key: FutexKey): PhysicalAddress {
  const word = Math.floor(key.address / 4);
  const mixed = Math.imul((word >>> 0) ^ Math.floor(word / 2 ** 32) ^ (key.space >>> 3), 0x9e37_79b1);
  return linuxRoot(k).futexes + ((mixed >>> 16) % BUCKETS) * WaitQueue.size;
}

/**
 * The name of a futex that may be shared. Undefined when its page must be supplied first (for writing, or for reading when
 * `access` says that it cannot be written).
 */
export function sharedKey(
  k: Kernel,
  space: PhysicalAddress,
  address: VirtualAddress,
  access: typeof Access.read | typeof Access.write,
): FutexKey | undefined {
  const physical = k.locate(space, address, access);
  if (physical < 0) return undefined;
  const isPrivate = k.frames.at(physical >>> PAGE_SHIFT).use === FrameUse.anonymous;
  return isPrivate ? { space, address: address + SHARED_MARK } : { space: 0, address: physical };
}

/** Notes for which futex a thread is going to wait. */
export function setWaitingFor(k: Kernel, thread: PhysicalAddress, key: FutexKey, bits: number): void {
  const view = LinuxThread.at(k.store, k.threads.at(thread).personality);
  view.futexSpace = key.space;
  view.futexAddress = key.address;
  view.futexBits = bits;
}

function waitsFor(k: Kernel, thread: PhysicalAddress, key: FutexKey, bits: number): boolean {
  const view = LinuxThread.at(k.store, k.threads.at(k.requesterOf(thread)).personality);
  if (view.futexAddress !== key.address || view.futexSpace !== key.space) return false;
  return (view.futexBits & bits) !== 0 || (bits === 0 && view.futexBits === 0);
}

/** The threads that wait for a lock with priority inheritance, oldest first. */
export function inheritingWaiters(k: Kernel, key: FutexKey): readonly PhysicalAddress[] {
  return waitersOf(k, key, 0, Number.POSITIVE_INFINITY);
}

/** The threads that wait for a futex, oldest first, as they are now. */
export function waitersOf(k: Kernel, key: FutexKey, bits: number, most: number): readonly PhysicalAddress[] {
  const found: PhysicalAddress[] = [];
  for (const { thread } of k.waiting.sleepers(bucketOf(k, key))) {
    if (found.length >= most) break;
    if (waitsFor(k, thread, key, bits)) found.push(thread);
  }
  return found;
}

/** Wakes at most `most` threads that wait for a futex; returns how many. */
export function wakeWaiters(k: Kernel, key: FutexKey, bits: number, most: number): number {
  const waiters = waitersOf(k, key, bits, most);
  if (waiters.length > 0) k.mechanism();
  for (const thread of waiters) k.rouse(thread, WakeReason.woken);
  return waiters.length;
}

/** Makes at most `most` threads that wait for one futex wait for another; returns how many. */
export function requeueWaiters(k: Kernel, from: FutexKey, to: FutexKey, most: number): number {
  const waiters = waitersOf(k, from, ANY_BITS, most);
  const [old, next] = [bucketOf(k, from), bucketOf(k, to)];
  for (const thread of waiters) {
    const requester = k.requesterOf(thread);
    const { futexBits } = LinuxThread.at(k.store, k.threads.at(requester).personality);
    setWaitingFor(k, requester, to, futexBits);
    if (old !== next) k.waiting.move(thread, old, next);
  }
  return waiters.length;
}

/** Which right to ask for a futex's page: writing first, since only that finds a private copy. */
export const KEY_ACCESS = [Access.write, Access.read] as const;
