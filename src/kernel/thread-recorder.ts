/**
 * Somebody who looks at threads come and go, for recordings: told of each change of a thread's state when it happens, at `k.now`
 * unless an instant is given. A recorder only looks: it charges nothing and changes nothing of the machine, so that a run with
 * one is the same run. With several harts, instants of different harts may be told out of order, by the lookahead at most.
 */
import type { EnqueueReason } from '../contracts/scheduler.ts';
import type { Cycles, PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from './kernel.ts';

export interface ThreadRecorder {
  /** It may run, and waits for a hart. */
  ready(k: Kernel, thread: PhysicalAddress, reason: EnqueueReason): void;
  /** It has got a hart, at an instant. */
  running(k: Kernel, thread: PhysicalAddress, hart: number, at: Cycles): void;
  /** It has left its hart; its record says why: it is blocked, or is about to be ready again, or to end. */
  left(k: Kernel, thread: PhysicalAddress): void;
  /** It has ended, and its record is about to go. */
  ended(k: Kernel, thread: PhysicalAddress): void;
  /** Nobody may wait for a process any more: it is forgotten but for its bill. */
  forgotten(k: Kernel, beneficiary: PhysicalAddress): void;
}
