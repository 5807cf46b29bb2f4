/**
 * Clocks: which there are, and what they show. All of them are the machine's cycles: since its first instant, since 1970, or
 * those that a process or a thread has used.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { Cycles } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { UsageFigures } from '../../services/processes/figures.ts';
import { processes } from '../../services/processes/interface.ts';
import { processById, threadById } from '../processes/directory.ts';
import { currentProcess, currentThread, linuxRoot, ownSpan } from '../state.ts';
import { shownNow, type TimeValue, timeOf } from './values.ts';

/** Clock numbers (linux/time.h). */
export const Clock = {
  realTime: 0,
  monotonic: 1,
  processTime: 2,
  threadTime: 3,
  monotonicRaw: 4,
  realTimeCoarse: 5,
  monotonicCoarse: 6,
  bootTime: 7,
  realTimeAlarm: 8,
  bootTimeAlarm: 9,
  atomicTime: 11,
} as const;

/** What a clock counts. */
export const ClockKind = { absent: 0, sinceBoot: 1, since1970: 2, process: 3, thread: 4 } as const;

const KINDS: { readonly [clock: number]: number } = {
  [Clock.realTime]: ClockKind.since1970,
  [Clock.monotonic]: ClockKind.sinceBoot,
  [Clock.processTime]: ClockKind.process,
  [Clock.threadTime]: ClockKind.thread,
  [Clock.monotonicRaw]: ClockKind.sinceBoot,
  [Clock.realTimeCoarse]: ClockKind.since1970,
  [Clock.monotonicCoarse]: ClockKind.sinceBoot,
  [Clock.bootTime]: ClockKind.sinceBoot,
  [Clock.realTimeAlarm]: ClockKind.since1970,
  [Clock.bootTimeAlarm]: ClockKind.sinceBoot,
  [Clock.atomicTime]: ClockKind.since1970,
};

/** Bits of the number of a processor-time clock: which, and whether of a thread; the rest is the complement of its number. */
const TYPE_MASK = 3;
const PER_THREAD = 4;
const NUMBER_SHIFT = 3;

/** A clock of processor time: whose it is (0: the caller's own), and whether user time only. */
export interface ProcessorClock {
  readonly kind: typeof ClockKind.process | typeof ClockKind.thread;
  readonly id: number;
  readonly userOnly: boolean;
}

export function kindOf(clock: number): number {
  if (clock >= 0) return KINDS[clock] ?? ClockKind.absent;
  if ((clock & TYPE_MASK) === TYPE_MASK) return ClockKind.absent;
  return clock & PER_THREAD ? ClockKind.thread : ClockKind.process;
}

export function isProcessorTime(clock: number): boolean {
  const kind = kindOf(clock);
  return kind === ClockKind.process || kind === ClockKind.thread;
}

/** @param clock one for which isProcessorTime holds. */
export function processorClock(clock: number): ProcessorClock {
  const kind = kindOf(clock) === ClockKind.thread ? ClockKind.thread : ClockKind.process;
  if (clock >= 0) return { kind, id: 0, userOnly: false };
  return { kind, id: ~(clock >> NUMBER_SHIFT), userOnly: (clock & TYPE_MASK) === 1 };
}

/** Seconds between the two kinds of clock that run with the machine. */
export function offsetOf(k: Kernel, clock: number): number {
  return kindOf(clock) === ClockKind.since1970 ? linuxRoot(k).epoch : 0;
}

/** What a clock that runs with the machine shows. */
export function readClock(k: Kernel, clock: number): TimeValue {
  const { seconds, nanoseconds } = timeOf(k, shownNow(k));
  return { seconds: seconds + offsetOf(k, clock), nanoseconds };
}

/** Cycles that a thread has used; undefined when there is no such thread in the calling process. */
export function threadCycles(k: Kernel, id: number, userOnly: boolean): Cycles | undefined {
  const thread = id === 0 ? currentThread(k) : threadById(k, id);
  if (thread === undefined || thread.process !== currentProcess(k).address) return undefined;
  const { cyclesUser, cyclesKernel } = k.threads.at(thread.thread);
  return userOnly ? cyclesUser : cyclesUser + cyclesKernel;
}

/** Where usage figures are put together in the scratch page. */
const FIGURES = 1024;

/** Asks for the time of a process; `usedCycles` reads the answer. ESRCH is EINVAL for clocks. */
export function askUsage(k: Kernel, id: number, then: string): OutcomeNumber {
  const process = id === 0 ? currentProcess(k) : processById(k, id);
  if (process === undefined) return k.fail(ErrorNumber.EINVAL);
  const into = ownSpan(currentThread(k).scratch + FIGURES, UsageFigures.size);
  return k.call(processes.usage, { process: process.process, whose: 0, into }, then);
}

export function usedCycles(k: Kernel, userOnly: boolean): Cycles {
  const { cyclesUser, cyclesKernel } = UsageFigures.at(k.store, currentThread(k).scratch + FIGURES);
  return userOnly ? cyclesUser : cyclesUser + cyclesKernel;
}
