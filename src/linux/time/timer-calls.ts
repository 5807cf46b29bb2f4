/** timer_create(2) and its family. */

import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { Cycles } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { threadById } from '../processes/directory.ts';
import { SIGNAL_COUNT, SignalNumber } from '../signals/numbers.ts';
import { currentProcess, currentThread } from '../state.ts';
import { readProgram, writeProgram } from '../user-memory.ts';
import {
  askUsage,
  Clock,
  ClockKind,
  isProcessorTime,
  kindOf,
  offsetOf,
  processorClock,
  threadCycles,
  usedCycles,
} from './clocks.ts';
import { Notification, TimerKind } from './records.ts';
import { ensureTimekeeper } from './start.ts';
import { createTimer, destroyTimer, findTimer, setTimer, settingOf, type TimerView } from './timers.ts';
import { cyclesOf, instantOf, isZero, readTimespec, shownNow, writeTimespec } from './values.ts';

/** The used part of struct sigevent: value, signal, notification, thread. */
const EVENT_BYTES = 24;
/** SIGEV_THREAD, which only the C library tells from SIGEV_SIGNAL. */
const THREAD_FUNCTION = 2;
/** struct itimerspec: interval, then value. */
export const SETTING_BYTES = 32;
const VALUE = 16;
const OLD = 2048;
const ABSOLUTE = 1;

/** Why there can be no timer of a clock, or 0. */
function clockRefusal(k: Kernel, clock: number): number {
  if (kindOf(clock) === ClockKind.absent) return ErrorNumber.EINVAL;
  const unusable: readonly number[] = [Clock.monotonicRaw, Clock.realTimeCoarse, Clock.monotonicCoarse];
  if (unusable.includes(clock)) return ErrorNumber.EOPNOTSUPP;
  if (!isProcessorTime(clock)) return 0;
  const { kind, id, userOnly } = processorClock(clock);
  const known = kind === ClockKind.thread ? threadCycles(k, id, userOnly) !== undefined : true;
  const own = kind === ClockKind.process && (id === 0 || id === currentProcess(k).id);
  return known && (own || kind === ClockKind.thread) ? 0 : ErrorNumber.EINVAL;
}

function timerKindOf(clock: number): number {
  if (!isProcessorTime(clock)) return TimerKind.real;
  const { kind, userOnly } = processorClock(clock);
  if (kind === ClockKind.thread) return TimerKind.threadTime;
  return userOnly ? TimerKind.userTime : TimerKind.processTime;
}

/** What a program asks to be told, as struct sigevent in the scratch page says. */
interface Event {
  readonly valueLow: number;
  readonly valueHigh: number;
  readonly signal: number;
  readonly notification: number;
  readonly thread: number;
}

function readEvent(k: Kernel, at: number): Event {
  return {
    valueLow: k.memory.read32(at),
    valueHigh: k.memory.read32(at + 4),
    signal: k.memory.read32(at + 8) | 0,
    notification: k.memory.read32(at + 12) | 0,
    thread: k.memory.read32(at + 16) | 0,
  };
}

function isGood(k: Kernel, { notification, signal, thread }: Event): boolean {
  if (notification === Notification.none) return true;
  if (signal < 1 || signal > SIGNAL_COUNT) return false;
  if (notification === Notification.thread)
    return threadById(k, thread)?.process === currentProcess(k).address;
  return notification === Notification.signal || notification === THREAD_FUNCTION;
}

function describe(k: Kernel, timer: TimerView, clock: number, event: Event): void {
  timer.clock = clock;
  timer.kind = timerKindOf(clock);
  timer.notification = event.notification === THREAD_FUNCTION ? Notification.signal : event.notification;
  timer.signal = event.signal;
  timer.valueLow = event.valueLow;
  timer.valueHigh = event.valueHigh;
  timer.target = event.thread;
  if (timer.kind === TimerKind.threadTime) {
    const { id } = processorClock(clock);
    timer.measured = id === 0 ? currentThread(k).id : id;
  }
}

const timerCreate = systemCall({
  number: 107,
  name: 'timer_create',
  arguments: { clock: 'int', event: 'pointer', id: 'pointer' },
  support: { partial: 'processor time of the own process only' },
  locals: ['made'],
  steps: {
    begin(k, f) {
      const refused = clockRefusal(k, f.clock);
      if (refused !== 0) return k.fail(refused);
      const { scratch } = currentThread(k);
      k.memory.clear(scratch, EVENT_BYTES);
      k.memory.write32(scratch, currentProcess(k).nextTimer);
      k.memory.write32(scratch + 8, SignalNumber.SIGALRM);
      if (f.event === 0) return k.goto('make');
      return readProgram(k, f.event, scratch, EVENT_BYTES, 'read');
    },
    read(k, _f, reply) {
      return reply.error === 0 ? k.goto('make') : k.fail(reply.error);
    },
    make(k, f) {
      const { scratch } = currentThread(k);
      const process = currentProcess(k);
      const event = readEvent(k, scratch);
      if (!isGood(k, event)) return k.fail(ErrorNumber.EINVAL);
      const timer = ensureTimekeeper(k) ? createTimer(k, process, process.nextTimer) : undefined;
      if (timer === undefined) return k.fail(ErrorNumber.EAGAIN);
      f.made = process.nextTimer;
      process.nextTimer = (f.made + 1) % 2 ** 31;
      describe(k, timer, f.clock, event);
      k.memory.write32(scratch, f.made);
      return writeProgram(k, f.id, scratch, 4, 'told');
    },
    told(k, f, reply) {
      if (reply.error === 0) return k.done();
      const timer = findTimer(k, currentProcess(k), f.made);
      if (timer !== undefined) destroyTimer(k, timer);
      return k.fail(ErrorNumber.EFAULT);
    },
  },
});

/** The timer of a number that timer_create gave. */
function timerOf(k: Kernel, id: number): TimerView | undefined {
  return id < 0 ? undefined : findTimer(k, currentProcess(k), id);
}

/** Goes on with a step that may ask `shown`: the figures of a process have been asked for where they are needed. */
function askClock(k: Kernel, timer: TimerView, then: string, asked: string): OutcomeNumber {
  const isProcess = timer.kind === TimerKind.userTime || timer.kind === TimerKind.processTime;
  return isProcess ? askUsage(k, 0, asked) : k.goto(then);
}

/** What a timer's clock shows. */
function shown(k: Kernel, timer: TimerView): Cycles {
  if (timer.kind === TimerKind.real) return shownNow(k);
  if (timer.kind === TimerKind.threadTime) return threadCycles(k, timer.measured, false) ?? 0;
  return usedCycles(k, timer.kind === TimerKind.userTime);
}

/** Writes what a timer is set to as a struct itimerspec. */
export function putTimerSetting(k: Kernel, at: number, timer: TimerView): void {
  const { value, interval } = settingOf(k, timer, shown(k, timer));
  writeTimespec(k, at, interval);
  writeTimespec(k, at + VALUE, value);
}

/** Sets a timer from a struct itimerspec in the scratch page. False when the times are none. */
export function changeTimer(k: Kernel, at: number, timer: TimerView, isAbsolute: boolean): boolean {
  const interval = readTimespec(k, at);
  const value = readTimespec(k, at + VALUE);
  if (interval === undefined || value === undefined) return false;
  const now = shown(k, timer);
  const isReal = timer.kind === TimerKind.real;
  const instant = isReal ? instantOf(k, value, offsetOf(k, timer.clock) !== 0) : cyclesOf(k, value);
  // Instant 0 is not set; an absolute time long past expires at once.
  const expiry = isAbsolute ? Math.max(1, instant) : now + cyclesOf(k, value);
  setTimer(k, timer, isZero(value) ? 0 : expiry, interval, now);
  return true;
}

const timerSettime = systemCall({
  number: 110,
  name: 'timer_settime',
  arguments: { id: 'int', flags: 'flags', setting: 'pointer', old: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.setting === 0) return k.fail(ErrorNumber.EINVAL);
      const into = currentThread(k).scratch;
      return readProgram(k, f.setting, into, SETTING_BYTES, 'read');
    },
    read(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const timer = timerOf(k, f.id);
      return timer === undefined ? k.fail(ErrorNumber.EINVAL) : askClock(k, timer, 'set', 'used');
    },
    used(k, _f, reply) {
      return reply.error === 0 ? k.goto('set') : k.fail(reply.error);
    },
    set(k, f) {
      const timer = timerOf(k, f.id);
      if (timer === undefined) return k.fail(ErrorNumber.EINVAL);
      const { scratch } = currentThread(k);
      putTimerSetting(k, scratch + OLD, timer);
      if (!changeTimer(k, scratch, timer, (f.flags & ABSOLUTE) !== 0)) return k.fail(ErrorNumber.EINVAL);
      if (f.old === 0) return k.done();
      return writeProgram(k, f.old, scratch + OLD, SETTING_BYTES, 'finish');
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done() : k.fail(reply.error);
    },
  },
});

const timerGettime = systemCall({
  number: 108,
  name: 'timer_gettime',
  arguments: { id: 'int', current: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      const timer = timerOf(k, f.id);
      return timer === undefined ? k.fail(ErrorNumber.EINVAL) : askClock(k, timer, 'give', 'used');
    },
    used(k, _f, reply) {
      return reply.error === 0 ? k.goto('give') : k.fail(reply.error);
    },
    give(k, f) {
      const timer = timerOf(k, f.id);
      if (timer === undefined) return k.fail(ErrorNumber.EINVAL);
      const from = currentThread(k).scratch + OLD;
      putTimerSetting(k, from, timer);
      return writeProgram(k, f.current, from, SETTING_BYTES, 'finish');
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done() : k.fail(reply.error);
    },
  },
});

const timerGetoverrun = systemCall({
  number: 109,
  name: 'timer_getoverrun',
  arguments: { id: 'int' },
  support: 'full',
  steps: {
    begin(k, f) {
      const timer = timerOf(k, f.id);
      return timer === undefined ? k.fail(ErrorNumber.EINVAL) : k.done(timer.overrunTold);
    },
  },
});

const timerDelete = systemCall({
  number: 111,
  name: 'timer_delete',
  arguments: { id: 'int' },
  support: 'full',
  steps: {
    begin(k, f) {
      const timer = timerOf(k, f.id);
      if (timer === undefined) return k.fail(ErrorNumber.EINVAL);
      destroyTimer(k, timer);
      return k.done();
    },
  },
});

export const timerCalls: readonly SystemCall[] = [
  timerCreate,
  timerSettime,
  timerGettime,
  timerGetoverrun,
  timerDelete,
];
