/**
 * Short memory: who is asked for frames, and in which order.
 *
 * A few frames are kept free for the kernel's own needs: when there are fewer, faults and forks first ask for frames that
 * can be had again (clean pages of files). What finds none at all asks so too, unless its domain is at its own limit, for
 * then others' frames are no help; then comes the last resort, which may end a process; then ENOMEM.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber, Reply } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Domain } from '../../kernel/objects.ts';
import { serviceRecord } from './space.ts';
import type { MemoryWiring } from './wiring.ts';

/** Frames asked for at a time. */
const RECLAIM_PAGES = 64;

/** Faults that go without asking after nothing could be given up. */
const PATIENCE = 256;

/** Should frames be asked for before they are needed? */
export function wantsReserve(k: Kernel, wiring: MemoryWiring): boolean {
  if (wiring.reclaim === undefined) return false;
  const record = serviceRecord(k);
  if (k.frames.free >= record.reserve) return false;
  if (record.patience === 0) return true;
  record.patience -= 1;
  return false;
}

/** Asks for frames; step `then` goes on whether or not there were any, after `noteReserve`. */
export function askReserve(k: Kernel, wiring: MemoryWiring, then: string): OutcomeNumber {
  if (wiring.reclaim === undefined) return k.goto(then);
  return k.call(wiring.reclaim, { pages: RECLAIM_PAGES }, then);
}

export function noteReserve(k: Kernel, reply: Reply): void {
  serviceRecord(k).patience = reply.error === 0 && reply.value > 0 ? 0 : PATIENCE;
}

/** What an operation that came to no frame does. `owner` is the domain on whose account it would be. */
export function shortage(
  k: Kernel,
  owner: PhysicalAddress,
  space: PhysicalAddress,
  wiring: MemoryWiring,
): OutcomeNumber {
  const { frames, frameLimit } = Domain.at(k.store, owner);
  const atLimit = frameLimit !== 0 && frames >= frameLimit;
  if (!atLimit && wiring.reclaim) return k.call(wiring.reclaim, { pages: RECLAIM_PAGES }, 'reclaimed');
  return lastResort(k, space, wiring);
}

/** Step `reclaimed`: tries again in step `then` when frames were given up. */
export function afterReclaim(
  k: Kernel,
  reply: Reply,
  space: PhysicalAddress,
  wiring: MemoryWiring,
  then: string,
): OutcomeNumber {
  if (reply.error === 0 && reply.value > 0) return k.goto(then);
  return lastResort(k, space, wiring);
}

function lastResort(k: Kernel, space: PhysicalAddress, wiring: MemoryWiring): OutcomeNumber {
  if (wiring.outOfMemory) return k.call(wiring.outOfMemory, { space }, 'spared');
  return k.fail(ErrorNumber.ENOMEM);
}

/** Step `spared`: tries again in step `then` when the last resort made room. */
export function afterLastResort(k: Kernel, reply: Reply, then: string): OutcomeNumber {
  return reply.error === 0 && reply.value > 0 ? k.goto(then) : k.fail(ErrorNumber.ENOMEM);
}
