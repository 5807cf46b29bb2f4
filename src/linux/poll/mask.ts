/** The end of a temporary signal mask: restored at once, or by the signal that ended the call, once its handler has run. */
import type { Kernel } from '../../kernel/kernel.ts';
import { endTemporaryMask } from '../signals/mask.ts';
import { currentThread } from '../state.ts';

/** @param masked 1 when a mask was put in force. @param interrupted 1 when a signal ended the call. */
export function endMask(k: Kernel, masked: number, interrupted: number): void {
  if (masked === 1) endTemporaryMask(k, currentThread(k), interrupted === 1);
}
