/** getitimer and setitimer: the three timers that every process has. */

import { ErrorNumber } from '../../contracts/errors.ts';
import type { Cycles } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { SignalNumber } from '../signals/numbers.ts';
import { currentProcess, currentThread } from '../state.ts';
import { readProgram, writeProgram } from '../user-memory.ts';
import { askUsage, usedCycles } from './clocks.ts';
import { Notification, TimerKind } from './records.ts';
import { ensureTimekeeper } from './start.ts';
import { createTimer, findTimer, intervalTimerId, setTimer, settingOf } from './timers.ts';
import { cyclesOf, isZero, readTimeval, shownNow, writeTimeval, ZERO_TIME } from './values.ts';

/** struct itimerval: interval, then value. */
const SETTING_BYTES = 32;
const VALUE = 16;
/** Where the old setting is put together in the scratch page. */
const OLD = 2048;

/** Kind and signal of ITIMER_REAL, ITIMER_VIRTUAL and ITIMER_PROF. */
const INTERVAL_TIMERS = [
  { kind: TimerKind.real, signal: SignalNumber.SIGALRM },
  { kind: TimerKind.userTime, signal: SignalNumber.SIGVTALRM },
  { kind: TimerKind.processTime, signal: SignalNumber.SIGPROF },
] as const;

/** What a timer's clock shows; for processor time the figures must have been asked for. */
function used(k: Kernel, which: number): Cycles {
  const kind = INTERVAL_TIMERS[which]?.kind;
  return kind === TimerKind.real ? shownNow(k) : usedCycles(k, kind === TimerKind.userTime);
}

function putSetting(k: Kernel, at: number, which: number): void {
  const timer = findTimer(k, currentProcess(k), intervalTimerId(which));
  const setting = timer && settingOf(k, timer, used(k, which));
  writeTimeval(k, at, setting?.interval ?? ZERO_TIME);
  writeTimeval(k, at + VALUE, setting?.value ?? ZERO_TIME);
}

/** Sets a timer from the scratch page; an error number, or 0. */
function change(k: Kernel, at: number, which: number): number {
  const interval = readTimeval(k, at);
  const value = readTimeval(k, at + VALUE);
  if (interval === undefined || value === undefined) return ErrorNumber.EINVAL;
  const process = currentProcess(k);
  const id = intervalTimerId(which);
  let timer = findTimer(k, process, id);
  if (timer === undefined && isZero(value)) return 0;
  if (!ensureTimekeeper(k)) return ErrorNumber.ENOMEM;
  timer ??= createTimer(k, process, id);
  if (timer === undefined) return ErrorNumber.ENOMEM;
  const { kind, signal } = INTERVAL_TIMERS[which] as (typeof INTERVAL_TIMERS)[number];
  timer.kind = kind;
  timer.signal = signal;
  timer.notification = Notification.signal;
  const now = used(k, which);
  setTimer(k, timer, isZero(value) ? 0 : now + cyclesOf(k, value), interval, now);
  return 0;
}

function isRealTimer(which: number): boolean {
  return INTERVAL_TIMERS[which]?.kind === TimerKind.real;
}

const getitimer = systemCall({
  number: 102,
  name: 'getitimer',
  arguments: { which: 'int', current: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (INTERVAL_TIMERS[f.which] === undefined) return k.fail(ErrorNumber.EINVAL);
      return isRealTimer(f.which) ? k.goto('give') : askUsage(k, 0, 'used');
    },
    used(k, _f, reply) {
      return reply.error === 0 ? k.goto('give') : k.fail(reply.error);
    },
    give(k, f) {
      const from = currentThread(k).scratch + OLD;
      putSetting(k, from, f.which);
      return writeProgram(k, f.current, from, SETTING_BYTES, 'finish');
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done() : k.fail(reply.error);
    },
  },
});

const setitimer = systemCall({
  number: 103,
  name: 'setitimer',
  arguments: { which: 'int', setting: 'pointer', old: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      const { scratch } = currentThread(k);
      k.memory.clear(scratch, SETTING_BYTES);
      if (f.setting === 0) return k.goto('check');
      return readProgram(k, f.setting, scratch, SETTING_BYTES, 'read');
    },
    read(k, _f, reply) {
      return reply.error === 0 ? k.goto('check') : k.fail(reply.error);
    },
    check(k, f) {
      if (INTERVAL_TIMERS[f.which] === undefined) return k.fail(ErrorNumber.EINVAL);
      return isRealTimer(f.which) ? k.goto('set') : askUsage(k, 0, 'used');
    },
    used(k, _f, reply) {
      return reply.error === 0 ? k.goto('set') : k.fail(reply.error);
    },
    set(k, f) {
      const { scratch } = currentThread(k);
      putSetting(k, scratch + OLD, f.which);
      const error = change(k, scratch, f.which);
      if (error !== 0) return k.fail(error);
      if (f.old === 0) return k.done();
      return writeProgram(k, f.old, scratch + OLD, SETTING_BYTES, 'finish');
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done() : k.fail(reply.error);
    },
  },
});

export const intervalCalls: readonly SystemCall[] = [getitimer, setitimer];
