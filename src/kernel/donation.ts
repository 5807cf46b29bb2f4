/**
 * Priority inheritance: who waits for what another thread has lends it its scheduling parameters until it lets go.
 *
 * Whether that makes a difference is the policy's to say (`inherits`): the holder gets the parameters of the best that wait
 * for it, and so does whoever that one waits for in turn. Rules of use: `lend` when a thread begins to wait for another,
 * `reclaim` when its wait ends, `disown` when the other one ends. Servers need none of this: they have their client's anyway.
 */
import type { PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from './kernel.ts';
import { KernelRoot } from './objects.ts';
import { ThreadTask } from './thread-task.ts';

/** Holders in a row that are told: a ring of them waits for ever. */
const LONGEST_CHAIN = 32;

/** A thread waits for what another one has. */
export function lend(k: Kernel, donor: PhysicalAddress, holder: PhysicalAddress): void {
  k.threads.at(donor).waitsFor = holder;
  k.root.donors += 1;
  update(k, holder);
}

/** A thread waits no more for another one. */
export function reclaim(k: Kernel, donor: PhysicalAddress): void {
  const view = k.threads.at(donor);
  const holder = view.waitsFor;
  if (holder === 0) return;
  view.waitsFor = 0;
  k.root.donors -= 1;
  update(k, holder);
}

/** What one thread has had goes to another, and with it all `waiters` but that one. */
export function passOn(
  k: Kernel,
  waiters: readonly PhysicalAddress[],
  from: PhysicalAddress,
  to: PhysicalAddress,
): void {
  for (const waiter of waiters) {
    k.threads.at(waiter).waitsFor = waiter === to ? 0 : to;
    if (waiter === to) k.root.donors -= 1;
  }
  update(k, from);
  update(k, to);
}

/** What a thread has had goes to nobody: those that waited for it lend it nothing more. */
export function disown(k: Kernel, holder: PhysicalAddress): void {
  if (KernelRoot.at(k.meter.observer, k.rootAddress).donors === 0) return;
  for (const donor of donorsOf(k, holder)) {
    k.threads.at(donor).waitsFor = 0;
    k.root.donors -= 1;
  }
}

/** The threads that wait for what one has, oldest first. */
export function donorsOf(k: Kernel, holder: PhysicalAddress): PhysicalAddress[] {
  return [...k.threads.all()].filter((thread) => k.threads.observe(thread).waitsFor === holder);
}

/** Would a wait for a thread never end, since that one waits for the first in turn? */
export function isRing(k: Kernel, waiter: PhysicalAddress, holder: PhysicalAddress): boolean {
  let at = holder;
  for (let left = LONGEST_CHAIN; at !== 0 && left > 0; left--) {
    if (at === waiter) return true;
    at = k.threads.at(at).waitsFor;
  }
  return at !== 0;
}

/** Of threads that wait, oldest first, the one that the policy favours most. */
export function foremost(k: Kernel, waiters: readonly PhysicalAddress[]): PhysicalAddress {
  let best = waiters[0] ?? 0;
  for (const other of waiters.slice(1))
    if (k.scheduling.inherits(new ThreadTask(k.store, best), new ThreadTask(k.store, other))) best = other;
  return best;
}

/** Finds out anew who lends to a thread, and tells the policy, and then the same for whom that one waits for. */
function update(k: Kernel, first: PhysicalAddress): void {
  let holder = first;
  for (let left = LONGEST_CHAIN; holder !== 0 && left > 0; left--) {
    const best = foremost(k, donorsOf(k, holder));
    const takes =
      best !== 0 &&
      k.scheduling.inherits(new ThreadTask(k.store, holder, true), new ThreadTask(k.store, best));
    const view = k.threads.at(holder);
    const lender = takes ? best : 0;
    if (view.lender !== lender)
      k.scheduling.change(
        holder,
        () => {
          view.lender = lender;
        },
        'donated',
      );
    else if (lender === 0) return;
    holder = view.waitsFor;
  }
}
