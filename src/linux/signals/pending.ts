/** Signals that were sent and not yet delivered: bits, and a queue of what came with them. */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { record } from '../../kernel/records.ts';

/** One queued signal, as siginfo_t tells it. */
export const SignalEntry = record('SignalEntry', {
  signal: 'u32',
  code: 'i32',
  sender: 'u32',
  user: 'u32',
  /** An address, a status or a value, by signal. */
  value: 'integer',
  next: 'u32',
});

/** A thread's or a process's pending signals: the fields that both records have. */
export interface PendingSet {
  pendingLow: number;
  pendingHigh: number;
  firstSignal: number;
}

/** Forgets all of them. */
export function dropPending(k: Kernel, set: PendingSet): void {
  for (let entry: PhysicalAddress = set.firstSignal; entry !== 0; ) {
    const { next } = SignalEntry.at(k.store, entry);
    k.slab.release(entry);
    entry = next;
  }
  set.firstSignal = 0;
  set.pendingLow = 0;
  set.pendingHigh = 0;
}
