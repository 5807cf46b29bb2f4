/** The end of a temporary signal mask: restored at once, or by the signal that ended the call, once its handler has run. */
import type { Kernel } from '../../kernel/kernel.ts';
import { currentThread } from '../state.ts';

/** @param masked 1 when a mask was put in force. @param interrupted 1 when a signal ended the call. */
export function endMask(k: Kernel, masked: number, interrupted: number): void {
  if (masked === 0) return;
  const thread = currentThread(k);
  if (interrupted === 1) {
    thread.restoreMask = 1;
    return;
  }
  thread.blockedLow = thread.savedLow;
  thread.blockedHigh = thread.savedHigh;
}
