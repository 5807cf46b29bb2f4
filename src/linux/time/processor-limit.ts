/** RLIMIT_CPU: SIGXCPU at the soft limit and every second after it, SIGKILL at the hard one (getrlimit(2)). */
import { type Cycles, NEVER } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { LinuxProcess } from '../records.ts';
import { kernelSignal } from '../signals/information.ts';
import { SignalNumber } from '../signals/numbers.ts';
import { post } from '../signals/sending.ts';
import type { ProcessView } from '../state.ts';
import { LIMIT_TIMER, TimerKind } from './records.ts';
import { ensureTimekeeper } from './start.ts';
import { arm, createTimer, destroyTimer, disarm, findTimer, type TimerView } from './timers.ts';

/** Has a process's time watched. @param soft, hard seconds; NEVER for none. Without memory for it nothing is watched. */
export function limitProcessor(k: Kernel, process: ProcessView, soft: number, hard: number): void {
  const before = findTimer(k, process, LIMIT_TIMER);
  if (before !== undefined) destroyTimer(k, before);
  if (soft === NEVER || !ensureTimekeeper(k)) return;
  const timer = createTimer(k, process, LIMIT_TIMER);
  if (timer === undefined) return;
  // A limit of no time at all is one second, as on Linux.
  timer.expiry = Math.max(1, soft) * k.hertz;
  timer.hardLimit = hard * k.hertz;
  watch(k, timer);
}

/** A new process has its parent's limits, and has used nothing. */
export function inheritProcessorLimit(k: Kernel, parent: ProcessView, child: ProcessView): void {
  const timer = findTimer(k, parent, LIMIT_TIMER);
  if (timer !== undefined) limitProcessor(k, child, timer.expiry / k.hertz, timer.hardLimit / k.hertz);
}

/** What has been used is not known here: the timekeeper looks at once, and then when it must. */
function watch(k: Kernel, timer: TimerView): void {
  timer.kind = TimerKind.processTime;
  arm(k, timer, timer.expiry);
}

/** The process has used as much as it was told of last. */
export function enforceProcessorLimit(k: Kernel, timer: TimerView, used: Cycles): void {
  const process = LinuxProcess.at(k.store, timer.process);
  if (used >= timer.hardLimit) {
    disarm(k, timer);
    post(k, { process }, kernelSignal(SignalNumber.SIGKILL));
    return;
  }
  post(k, { process }, kernelSignal(SignalNumber.SIGXCPU));
  timer.expiry += k.hertz;
  arm(k, timer, used);
}
