/**
 * Timers of a process: setitimer's three and those of timer_create.
 *
 * All that are set are in one tree by the instant at which they must be looked at; a kernel thread, made with the first of
 * them, sleeps until then (timekeeper.ts). A timer of processor time is looked at when its process could have used the time
 * at the earliest, and again if it has not.
 */
import type { ViewOf } from '../../contracts/records.ts';
import type { Cycles, PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Tree } from '../../kernel/tree.ts';
import { threadById, threadsOf } from '../processes/directory.ts';
import { LinuxProcess, LinuxRoot } from '../records.ts';
import { removeEntry } from '../signals/pending.ts';
import { linuxRoot, type ProcessView } from '../state.ts';
import { Notification, PosixTimer, TimerKind } from './records.ts';
import { cyclesOf, type TimeValue, timeOf, ZERO_TIME } from './values.ts';

export type TimerView = ViewOf<typeof PosixTimer.schema>;

/** Processor time is looked at this often in a second at most. */
const LOOKS = 1000;

export function timerAt(k: Kernel, timer: PhysicalAddress): TimerView {
  return PosixTimer.at(k.store, timer);
}

export function timerTree(k: Kernel): Tree {
  return new Tree(k.store, k.serviceRoot('linux') + LinuxRoot.offsets.timers);
}

/** The number by which one of setitimer's timers is found. */
export function intervalTimerId(which: number): number {
  return -1 - which;
}

/** A process's timer by number, or undefined. */
export function findTimer(k: Kernel, process: ProcessView, id: number): TimerView | undefined {
  for (let at = process.timers; at !== 0; ) {
    const timer = timerAt(k, at);
    if (timer.id === id) return timer;
    at = timer.next;
  }
  return undefined;
}

/** A new timer of a process, not set; undefined when there is no memory. */
export function createTimer(k: Kernel, process: ProcessView, id: number): TimerView | undefined {
  const address = k.slab.allocate(k.homeOf('linux'), PosixTimer.size);
  if (address === 0) return undefined;
  const timer = timerAt(k, address);
  timer.id = id;
  timer.process = process.address;
  timer.next = process.timers;
  process.timers = address;
  return timer;
}

/** A new timer that is read, of no process; undefined when there is no memory. */
export function createFileTimer(k: Kernel, clock: number): TimerView | undefined {
  const address = k.slab.allocate(k.homeOf('linux'), PosixTimer.size);
  if (address === 0) return undefined;
  const timer = timerAt(k, address);
  timer.kind = TimerKind.real;
  timer.clock = clock;
  timer.notification = Notification.file;
  return timer;
}

export function destroyFileTimer(k: Kernel, address: PhysicalAddress): void {
  disarm(k, timerAt(k, address));
  k.slab.release(address);
}

/** Takes a timer away, with the signal of it that is still queued. */
export function destroyTimer(k: Kernel, timer: TimerView): void {
  disarm(k, timer);
  const process = LinuxProcess.at(k.store, timer.process);
  if (timer.entry !== 0) {
    const thread = timer.notification === Notification.thread ? threadById(k, timer.target) : undefined;
    removeEntry(k, thread ?? process, timer.entry);
  }
  let previous = 0;
  for (let at = process.timers; at !== timer.address; at = timerAt(k, at).next) previous = at;
  if (previous === 0) process.timers = timer.next;
  else timerAt(k, previous).next = timer.next;
  k.slab.release(timer.address);
}

/** Takes away all timers of a process that ends. */
export function releaseTimers(k: Kernel, process: ProcessView): void {
  while (process.timers !== 0) destroyTimer(k, timerAt(k, process.timers));
}

/** Takes away those of timer_create, as exec does; alarms go on. */
export function releasePosixTimers(k: Kernel, process: ProcessView): void {
  for (let at = process.timers; at !== 0; ) {
    const timer = timerAt(k, at);
    at = timer.next;
    if (timer.id >= 0) destroyTimer(k, timer);
  }
}

export function disarm(k: Kernel, timer: TimerView): void {
  if (timer.armed !== 0) timerTree(k).remove(timer.node);
  timer.armed = 0;
  timer.expiry = 0;
}

/** Whether a timer's clock is the machine's own, so that its instants are those of `k.now`. */
export function isRealTime(timer: TimerView): boolean {
  return timer.kind === TimerKind.real;
}

/**
 * Has a timer looked at when it may have expired.
 * @param used what its clock shows: the instant now, or the processor time that it measures.
 */
export function arm(k: Kernel, timer: TimerView, used: Cycles): void {
  if (timer.armed !== 0) timerTree(k).remove(timer.node);
  timerTree(k).insert(timer.node, isRealTime(timer) ? timer.expiry : nextLook(k, timer, used));
  timer.armed = 1;
  k.wake(linuxRoot(k).alarm);
}

/** The earliest instant at which a timer of processor time can expire, but not too soon. */
function nextLook(k: Kernel, timer: TimerView, used: Cycles): Cycles {
  let runners = 1;
  if (timer.kind !== TimerKind.threadTime) {
    runners = 0;
    for (const _thread of threadsOf(k, LinuxProcess.at(k.store, timer.process))) runners += 1;
    runners = Math.max(1, Math.min(runners, k.scheduling.hartCount));
  }
  const missing = Math.ceil((timer.expiry - used) / runners);
  return k.now + Math.max(missing, Math.ceil(k.hertz / LOOKS));
}

/** What a timer is set to: time left, and interval. */
export interface TimerSetting {
  readonly value: TimeValue;
  readonly interval: TimeValue;
}

/** The present setting. @param used what the timer's clock shows. */
export function settingOf(k: Kernel, timer: TimerView, used: Cycles): TimerSetting {
  const interval = { seconds: timer.intervalSeconds, nanoseconds: timer.intervalNanoseconds };
  if (timer.armed === 0) return { value: ZERO_TIME, interval };
  // A timer that is due but has not been looked at is not yet over.
  const left = timer.expiry - used;
  return { value: left > 0 ? timeOf(k, left) : { seconds: 0, nanoseconds: 1000 }, interval };
}

/** Sets a timer to expire at an instant of its clock, and then at intervals; instant 0 takes it back. */
export function setTimer(
  k: Kernel,
  timer: TimerView,
  expiry: Cycles,
  interval: TimeValue,
  used: Cycles,
): void {
  disarm(k, timer);
  timer.intervalSeconds = interval.seconds;
  timer.intervalNanoseconds = interval.nanoseconds;
  timer.interval = cyclesOf(k, interval);
  timer.overrun = 0;
  if (expiry === 0) return;
  timer.expiry = expiry;
  arm(k, timer, used);
}
