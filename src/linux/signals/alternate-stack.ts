/** The alternate signal stack of a thread (sigaltstack(2)). */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { VirtualAddress } from '../../contracts/units.ts';
import type { ThreadView } from '../state.ts';

export const StackFlag = { onStack: 1, disabled: 2, autoDisarm: 0x8000_0000 } as const;
/** MINSIGSTKSZ (asm-generic/signal.h). */
const SMALLEST_STACK = 2048;

/** stack_t. */
export interface AlternateStack {
  readonly start: VirtualAddress;
  readonly flags: number;
  readonly size: number;
}

/** Does a stack pointer lie in the alternate stack? Never in one that is disarmed while it is used. */
export function isOnAlternateStack(thread: ThreadView, pointer: VirtualAddress): boolean {
  if ((thread.stackFlags & StackFlag.autoDisarm) !== 0) return false;
  const { stackStart, stackSize } = thread;
  return pointer > stackStart && pointer - stackStart <= stackSize;
}

/** SS_ONSTACK, SS_DISABLE or 0, as sigaltstack(2) tells them. */
export function stateOfAlternateStack(thread: ThreadView, pointer: VirtualAddress): number {
  if (thread.stackSize === 0) return StackFlag.disabled;
  return isOnAlternateStack(thread, pointer) ? StackFlag.onStack : 0;
}

export function forgetAlternateStack(thread: ThreadView): void {
  thread.stackStart = 0;
  thread.stackSize = 0;
  thread.stackFlags = StackFlag.disabled;
}

/** Sets it. Returns 0, or EPERM while it is in use, EINVAL for flags, ENOMEM when it is too small. */
export function setAlternateStack(
  thread: ThreadView,
  stack: AlternateStack,
  pointer: VirtualAddress,
): number {
  if (isOnAlternateStack(thread, pointer)) return ErrorNumber.EPERM;
  const mode = (stack.flags & ~StackFlag.autoDisarm) >>> 0;
  if (mode > StackFlag.disabled) return ErrorNumber.EINVAL;
  if (mode === StackFlag.disabled) {
    thread.stackStart = 0;
    thread.stackSize = 0;
  } else {
    if (stack.size < SMALLEST_STACK) return ErrorNumber.ENOMEM;
    thread.stackStart = stack.start;
    thread.stackSize = stack.size;
  }
  thread.stackFlags = stack.flags;
  return 0;
}
