/** Sets of signals: 64 bits in two halves, bit n - 1 for signal n. */
import { SignalNumber } from './numbers.ts';

const HALF_BITS = 32;

export function lowBit(signal: number): number {
  return signal <= HALF_BITS ? (1 << (signal - 1)) >>> 0 : 0;
}

export function highBit(signal: number): number {
  return signal > HALF_BITS ? (1 << (signal - 1 - HALF_BITS)) >>> 0 : 0;
}

export function contains(low: number, high: number, signal: number): boolean {
  const half = signal <= HALF_BITS ? low : high;
  return ((half >>> ((signal - 1) % HALF_BITS)) & 1) === 1;
}

/** The least signal of a set, or 0. */
export function lowest(low: number, high: number): number {
  if (low !== 0) return HALF_BITS - Math.clz32(low & -low);
  return high === 0 ? 0 : 2 * HALF_BITS - Math.clz32(high & -high);
}

function setOf(...signals: readonly number[]): number {
  return signals.reduce((bits, signal) => bits | lowBit(signal), 0) >>> 0;
}

const S = SignalNumber;

/** Signals that stop a process by default; all of these sets lie in the low half. */
export const STOP_SIGNALS = setOf(S.SIGSTOP, S.SIGTSTP, S.SIGTTIN, S.SIGTTOU);
export const CONTINUE_SIGNALS = setOf(S.SIGCONT);
/** Signals whose default action is none. */
export const IGNORED_SIGNALS = setOf(S.SIGCONT, S.SIGCHLD, S.SIGURG, S.SIGWINCH);
/** Signals that cannot be blocked, caught or ignored. */
export const UNBLOCKABLE_SIGNALS = setOf(S.SIGKILL, S.SIGSTOP);
/** Signals of the thread's own doing, which are delivered before all others. */
export const SYNCHRONOUS_SIGNALS = setOf(S.SIGSEGV, S.SIGBUS, S.SIGILL, S.SIGTRAP, S.SIGFPE, S.SIGSYS);
