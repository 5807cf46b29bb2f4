/**
 * Somebody who looks at threads come and go, for recordings and constraints: told of each change of a thread's state when it
 * happens, at `k.now` unless an instant is given. A witness only looks: it charges nothing and changes nothing of the machine, so
 * that a run with one is the same run. With several harts, instants of different harts may be told out of order, by the
 * lookahead at most. A witness leaves out what it does not care for.
 */
import type { EnqueueReason } from '../contracts/scheduler.ts';
import type { Cycles, PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from './kernel.ts';

export interface ThreadWitness {
  /** It may run, and waits for a hart. */
  ready?(k: Kernel, thread: PhysicalAddress, reason: EnqueueReason): void;
  /** It has got a hart, at an instant. */
  running?(k: Kernel, thread: PhysicalAddress, hart: number, at: Cycles): void;
  /** It has left its hart; its record says why: it is blocked, or is about to be ready again, or to end. */
  left?(k: Kernel, thread: PhysicalAddress): void;
  /** It has ended, and its record is about to go. */
  ended?(k: Kernel, thread: PhysicalAddress): void;
  /** Nobody may wait for a process any more: it is forgotten but for its bill. */
  forgotten?(k: Kernel, beneficiary: PhysicalAddress): void;
  /** A hart has worked for it from one instant to another: in its program, or in the kernel. */
  ran?(hart: number, thread: PhysicalAddress, from: Cycles, to: Cycles, inProgram: boolean): void;
  /** Its program has marked an event of its own (programs/include/mark.h). */
  marked?(hart: number, thread: PhysicalAddress, name: string, at: Cycles): void;
}

/** One that tells all of them; undefined for nobody. */
export function togetherOf(witnesses: readonly ThreadWitness[]): ThreadWitness | undefined {
  const [first, ...others] = witnesses;
  if (first === undefined || others.length === 0) return first;
  return {
    ready: (...event) => witnesses.forEach((witness) => void witness.ready?.(...event)),
    running: (...event) => witnesses.forEach((witness) => void witness.running?.(...event)),
    left: (...event) => witnesses.forEach((witness) => void witness.left?.(...event)),
    ended: (...event) => witnesses.forEach((witness) => void witness.ended?.(...event)),
    forgotten: (...event) => witnesses.forEach((witness) => void witness.forgotten?.(...event)),
    ran: (...event) => witnesses.forEach((witness) => void witness.ran?.(...event)),
    marked: (...event) => witnesses.forEach((witness) => void witness.marked?.(...event)),
  };
}
