/**
 * Signals that were sent and not yet delivered: bits, and a queue of what came with them.
 *
 * A standard signal is in a set at most once; real-time signals queue. A bit may be set without an entry, when there was no
 * memory for one: the signal is then delivered without its information.
 */
import { Primitive } from '../../contracts/accounting.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { record } from '../../kernel/records.ts';
import { linuxRoot } from '../state.ts';
import { PosixTimer } from '../time/records.ts';
import { INFORMATION_BYTES, KEPT_BYTES, OVERRUN_OFFSET } from './information.ts';
import { contains, highBit, lowBit, lowest, SYNCHRONOUS_SIGNALS } from './sets.ts';

/** One queued signal. */
export const SignalEntry = record('SignalEntry', {
  signal: 'u32',
  next: 'u32',
  /** The POSIX timer that it comes from, or 0. */
  timer: 'u32',
  unused: 'u32',
  /** The kept bytes of siginfo_t. */
  information: { array: 'u8', length: KEPT_BYTES },
});

/** A thread's or a process's pending signals: the fields that both records have. */
export interface PendingSet {
  pendingLow: number;
  pendingHigh: number;
  firstSignal: number;
}

/** An entry of no set, or 0. */
export function createEntry(k: Kernel): PhysicalAddress {
  const entry = k.slab.allocate(k.homeOf('linux'), SignalEntry.size);
  if (entry !== 0) linuxRoot(k).queuedSignals += 1;
  return entry;
}

function releaseEntry(k: Kernel, entry: PhysicalAddress): void {
  const { timer } = SignalEntry.at(k.store, entry);
  if (timer !== 0) PosixTimer.at(k.store, timer).entry = 0;
  linuxRoot(k).queuedSignals -= 1;
  k.slab.release(entry);
}

/** Sets a signal's bit and puts its entry, if there is one, at the end of the queue. */
export function addPending(k: Kernel, set: PendingSet, signal: number, entry: PhysicalAddress): void {
  set.pendingLow |= lowBit(signal);
  set.pendingHigh |= highBit(signal);
  if (entry === 0) return;
  let last = set.firstSignal;
  if (last === 0) {
    set.firstSignal = entry;
    return;
  }
  for (let next = last; next !== 0; next = SignalEntry.at(k.store, last).next) last = next;
  SignalEntry.at(k.store, last).next = entry;
}

/** Takes the entries out that a test accepts, and gives them back. */
function removeEntries(k: Kernel, set: PendingSet, accepts: (entry: PhysicalAddress) => boolean): void {
  let previous = 0;
  for (let entry = set.firstSignal; entry !== 0; ) {
    const { next } = SignalEntry.at(k.store, entry);
    if (accepts(entry)) {
      if (previous === 0) set.firstSignal = next;
      else SignalEntry.at(k.store, previous).next = next;
      releaseEntry(k, entry);
    } else previous = entry;
    entry = next;
  }
}

/** Forgets the signals of a set of bits. */
export function removePending(k: Kernel, set: PendingSet, low: number, high: number): void {
  if ((set.pendingLow & low) === 0 && (set.pendingHigh & high) === 0) return;
  set.pendingLow &= ~low;
  set.pendingHigh &= ~high;
  removeEntries(k, set, (entry) => contains(low, high, SignalEntry.at(k.store, entry).signal));
}

/** Forgets all of them. */
export function dropPending(k: Kernel, set: PendingSet): void {
  removePending(k, set, 0xffff_ffff, 0xffff_ffff);
}

/** Takes one entry out of wherever it is in a set; its signal's bit goes with the last of them. */
export function removeEntry(k: Kernel, set: PendingSet, wanted: PhysicalAddress): void {
  const { signal } = SignalEntry.at(k.store, wanted);
  removeEntries(k, set, (entry) => entry === wanted);
  if (firstEntry(k, set, signal) === 0) clearBit(set, signal);
}

function clearBit(set: PendingSet, signal: number): void {
  set.pendingLow &= ~lowBit(signal);
  set.pendingHigh &= ~highBit(signal);
}

function firstEntry(k: Kernel, set: PendingSet, signal: number, after: PhysicalAddress = 0): PhysicalAddress {
  let entry = after === 0 ? set.firstSignal : SignalEntry.at(k.store, after).next;
  while (entry !== 0 && SignalEntry.at(k.store, entry).signal !== signal)
    entry = SignalEntry.at(k.store, entry).next;
  return entry;
}

/** The signal of a set to be delivered first among those not in (low, high): a fault's, else the least. 0 for none. */
function nextOf(set: PendingSet, low: number, high: number): number {
  const ready = set.pendingLow & ~low;
  return lowest(ready & SYNCHRONOUS_SIGNALS, 0) || lowest(ready, set.pendingHigh & ~high);
}

/**
 * Takes the next signal that is not in (low, high) out of the first set that has one, and writes its siginfo_t to `into`.
 * Returns its number, or 0.
 */
export function takePending(
  k: Kernel,
  sets: readonly PendingSet[],
  low: number,
  high: number,
  into: PhysicalAddress,
): number {
  for (const set of sets) {
    const signal = nextOf(set, low, high);
    if (signal === 0) continue;
    takeFrom(k, set, signal, into);
    return signal;
  }
  return 0;
}

function takeFrom(k: Kernel, set: PendingSet, signal: number, into: PhysicalAddress): void {
  const entry = firstEntry(k, set, signal);
  k.memory.clear(into, INFORMATION_BYTES);
  k.meter.charge(Primitive.wordCleared, INFORMATION_BYTES / 8);
  if (entry === 0) {
    k.memory.write32(into, signal);
    clearBit(set, signal);
    return;
  }
  const { information, timer } = SignalEntry.at(k.store, entry);
  k.memory.copy(into, information, KEPT_BYTES);
  k.meter.charge(Primitive.wordCopied, KEPT_BYTES / 8);
  if (timer !== 0) tellOverrun(k, timer, into);
  if (firstEntry(k, set, signal, entry) === 0) clearBit(set, signal);
  removeEntries(k, set, (candidate) => candidate === entry);
}

/** A timer's signal says how often it has expired since it was queued. */
function tellOverrun(k: Kernel, timer: PhysicalAddress, into: PhysicalAddress): void {
  const view = PosixTimer.at(k.store, timer);
  view.overrunTold = view.overrun;
  view.overrun = 0;
  k.memory.write32(into + OVERRUN_OFFSET, view.overrunTold);
}
