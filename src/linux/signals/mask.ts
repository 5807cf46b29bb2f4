/**
 * A thread's blocked signals, and its attention.
 *
 * Rules of use: change a mask only here. The kernel thread's attention has its signal bit only while there is something
 * for `deliver` to do, because interruptible waits do not begin while it is set.
 */
import type { Kernel } from '../../kernel/kernel.ts';
import { threadsOf } from '../processes/directory.ts';
import { Attention, LinuxProcess } from '../records.ts';
import type { ProcessView, ThreadView } from '../state.ts';
import { UNBLOCKABLE_SIGNALS } from './sets.ts';

/** Recomputes whether a thread has something to deliver. */
export function refreshAttention(k: Kernel, thread: ThreadView): void {
  const process = LinuxProcess.at(k.store, thread.process);
  const low = (thread.pendingLow | process.pendingLow) & ~thread.blockedLow;
  const high = (thread.pendingHigh | process.pendingHigh) & ~thread.blockedHigh;
  const kernelThread = k.threads.at(thread.thread);
  if (low !== 0 || high !== 0 || process.change !== 0) kernelThread.attention |= Attention.signal;
  else kernelThread.attention &= ~Attention.signal;
}

/** Blocks exactly these signals. What only this thread was about to take goes to another. */
export function setBlocked(k: Kernel, thread: ThreadView, low: number, high: number): void {
  const process = LinuxProcess.at(k.store, thread.process);
  const allowed = low & ~UNBLOCKABLE_SIGNALS;
  const newLow = allowed & ~thread.blockedLow;
  const newHigh = high & ~thread.blockedHigh;
  thread.blockedLow = allowed;
  thread.blockedHigh = high;
  refreshAttention(k, thread);
  retarget(k, process, thread, newLow, newHigh);
}

/** Finds other threads for signals of the process that this one will not take. */
export function retarget(
  k: Kernel,
  process: ProcessView,
  thread: ThreadView,
  low: number,
  high: number,
): void {
  let lowLeft = process.pendingLow & low;
  let highLeft = process.pendingHigh & high;
  if (lowLeft === 0 && highLeft === 0) return;
  for (const other of threadsOf(k, process)) {
    if (other.address === thread.address) continue;
    const { blockedLow, blockedHigh } = other;
    if ((lowLeft & ~blockedLow) === 0 && (highLeft & ~blockedHigh) === 0) continue;
    lowLeft &= blockedLow;
    highLeft &= blockedHigh;
    k.alert(other.thread, Attention.signal);
    if (lowLeft === 0 && highLeft === 0) return;
  }
}

/**
 * Blocks other signals for the length of a wait (ppoll, pselect, epoll_pwait, rt_sigsuspend). When the wait is over, call
 * `endTemporaryMask`; after an interruption `deliver` restores the mask itself.
 */
export function beginTemporaryMask(k: Kernel, thread: ThreadView, low: number, high: number): void {
  thread.savedLow = thread.blockedLow;
  thread.savedHigh = thread.blockedHigh;
  setBlocked(k, thread, low, high);
}

/** @param interrupted the call fails with ERESTART or ERESTARTNOHAND: the mask stays until a handler has been chosen. */
export function endTemporaryMask(k: Kernel, thread: ThreadView, interrupted: boolean): void {
  if (interrupted) thread.restoreMask = 1;
  else setBlocked(k, thread, thread.savedLow, thread.savedHigh);
}

/** The mask that a handler returns to: the one before a temporary one, if any. */
export function maskToSave(thread: ThreadView): { low: number; high: number } {
  if (thread.restoreMask === 0) return { low: thread.blockedLow, high: thread.blockedHigh };
  return { low: thread.savedLow, high: thread.savedHigh };
}
