/**
 * The timekeeper: a kernel thread that sleeps until the first timer of any process must be looked at, and sends what timers
 * send, and what terminals' interrupts have noted. It is made with the first timer or note, so that machines without them
 * do without it.
 */
import type { OutcomeNumber } from '../../contracts/service.ts';
import { type Cycles, NEVER, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { UsageFigures } from '../../services/processes/figures.ts';
import { processes } from '../../services/processes/interface.ts';
import { processById, threadById } from '../processes/directory.ts';
import { LinuxProcess } from '../records.ts';
import { kernelSignal, SignalCode } from '../signals/information.ts';
import { signals } from '../signals/interface.ts';
import { takeGroupSignal } from '../signals/later.ts';
import { post } from '../signals/sending.ts';
import { linuxRoot, ownSpan } from '../state.ts';
import { timekeeping } from './interface.ts';
import { enforceProcessorLimit } from './processor-limit.ts';
import { LIMIT_TIMER, Notification, PosixTimer, TimerKind } from './records.ts';
import { arm, disarm, findTimer, isRealTime, type TimerView, timerAt, timerTree } from './timers.ts';

/** Timers looked at in one step at most. */
const PORTION = 16;
/** Expirations that have passed; moves the expiry behind `used`, or ends the timer. */
function advance(timer: TimerView, used: Cycles): number {
  if (timer.interval === 0) return 1;
  const passed = 1 + Math.floor((used - timer.expiry) / timer.interval);
  timer.expiry += passed * timer.interval;
  return passed;
}

/** A timer has expired: sends its signal, counts what was missed, sets it again. */
function expire(k: Kernel, timer: TimerView, used: Cycles): void {
  if (timer.id === LIMIT_TIMER) {
    enforceProcessorLimit(k, timer, used);
    return;
  }
  const passed = advance(timer, used);
  if (timer.interval === 0) disarm(k, timer);
  else arm(k, timer, used);
  if (timer.notification === Notification.none) return;
  if (timer.notification === Notification.file) {
    timer.overrun += passed;
    k.wake(timer.changed);
    return;
  }
  const process = LinuxProcess.at(k.store, timer.process);
  if (timer.id < 0) {
    post(k, { process }, kernelSignal(timer.signal));
    return;
  }
  if (timer.entry !== 0) {
    timer.overrun += passed;
    return;
  }
  timer.overrun = passed - 1;
  const thread = timer.notification === Notification.thread ? threadById(k, timer.target) : undefined;
  if (timer.notification === Notification.thread && thread?.process !== process.address) return;
  const { signal, id: sender, address } = timer;
  const information = { signal, code: SignalCode.timer, sender, user: 0, value: 0 };
  post(k, { process, thread }, information, { timer: address });
}

/** What a clock of one thread shows, or undefined when the thread has gone. */
function threadTime(k: Kernel, timer: TimerView): Cycles | undefined {
  const thread = threadById(k, timer.measured);
  if (thread === undefined) return undefined;
  const { cyclesUser, cyclesKernel } = k.threads.at(thread.thread);
  return cyclesUser + cyclesKernel;
}

/** Looks at a timer whose clock shows `used`. */
function look(k: Kernel, timer: TimerView, used: Cycles): void {
  if (used >= timer.expiry) expire(k, timer, used);
  else arm(k, timer, used);
}

/** Asks what a process has used; the timer is found again by numbers then. */
function measure(
  k: Kernel,
  f: { process: number; timer: number; figures: PhysicalAddress },
  timer: TimerView,
): OutcomeNumber {
  const process = LinuxProcess.at(k.store, timer.process);
  f.process = process.id;
  f.timer = timer.id;
  const into = ownSpan(f.figures, UsageFigures.size);
  return k.call(processes.usage, { process: process.process, whose: 0, into }, 'measured');
}

const keepTime = operation(timekeeping.keepTime, ['figures', 'process', 'timer'], {
  begin(k, f) {
    f.figures = k.slab.allocate(k.homeOf('linux'), UsageFigures.size);
    if (f.figures === 0) return k.wait([], k.now + k.hertz, 'begin', false);
    return k.goto('look');
  },
  look(k, f) {
    const noted = takeGroupSignal(k);
    if (noted !== undefined) return k.call(signals.sendGroup, noted, 'look');
    for (let count = 0; count < PORTION; count++) {
      const tree = timerTree(k);
      const node = tree.first();
      if (node === 0) return k.wait([linuxRoot(k).alarm], NEVER, 'look', false);
      const instant = tree.key(node);
      if (instant > k.now) return k.wait([linuxRoot(k).alarm], instant, 'look', false);
      const timer = timerAt(k, node - PosixTimer.offsets.node);
      if (!isRealTime(timer) && timer.kind !== TimerKind.threadTime) return measure(k, f, timer);
      const used = isRealTime(timer) ? k.now : threadTime(k, timer);
      if (used === undefined) disarm(k, timer);
      else look(k, timer, used);
    }
    return k.goto('look');
  },
  measured(k, f, reply) {
    const process = processById(k, f.process);
    const timer = process && findTimer(k, process, f.timer);
    if (reply.error !== 0) return k.wait([], k.now + k.hertz, 'look', false);
    if (timer === undefined || timer.armed === 0) return k.goto('look');
    const { cyclesUser, cyclesKernel } = UsageFigures.at(k.store, f.figures);
    look(k, timer, timer.kind === TimerKind.userTime ? cyclesUser : cyclesUser + cyclesKernel);
    return k.goto('look');
  },
});

export const timekeeperOperations: readonly Operation[] = [keepTime];
