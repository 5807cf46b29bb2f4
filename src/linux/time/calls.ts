/** System calls that read clocks, and those that sleep. */

import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, type Reply, WakeReason } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { UsageFigures } from '../../services/processes/figures.ts';
import { processes } from '../../services/processes/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { currentProcess, currentThread, ownSpan } from '../state.ts';
import { readProgram, writeProgram } from '../user-memory.ts';
import {
  askUsage,
  Clock,
  ClockKind,
  isProcessorTime,
  kindOf,
  offsetOf,
  processorClock,
  readClock,
  threadCycles,
  usedCycles,
} from './clocks.ts';
import {
  cyclesOf,
  instantAfter,
  instantOf,
  NANOSECONDS,
  readTimespec,
  shownNow,
  TIMESPEC_BYTES,
  type TimeValue,
  timeOf,
  writeTimespec,
  writeTimeval,
} from './values.ts';

/** Puts a time into the program's memory; the step that follows is `finish`. */
function give(k: Kernel, address: number, time: TimeValue): OutcomeNumber {
  const { scratch } = currentThread(k);
  writeTimespec(k, scratch, time);
  return writeProgram(k, address, scratch, TIMESPEC_BYTES, 'finish');
}

function finish(k: Kernel, _f: unknown, reply: Reply): OutcomeNumber {
  return reply.error === 0 ? k.done() : k.fail(reply.error);
}

const clockGettime = systemCall({
  number: 113,
  name: 'clock_gettime',
  arguments: { clock: 'int', time: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (kindOf(f.clock) === ClockKind.absent) return k.fail(ErrorNumber.EINVAL);
      if (!isProcessorTime(f.clock)) return give(k, f.time, readClock(k, f.clock));
      const { kind, id, userOnly } = processorClock(f.clock);
      if (kind === ClockKind.process) return askUsage(k, id, 'used');
      const cycles = threadCycles(k, id, userOnly);
      return cycles === undefined ? k.fail(ErrorNumber.EINVAL) : give(k, f.time, timeOf(k, cycles));
    },
    used(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      return give(k, f.time, timeOf(k, usedCycles(k, processorClock(f.clock).userOnly)));
    },
    finish,
  },
});

/** All clocks count cycles; the coarse ones are no coarser here. */
const clockGetres = systemCall({
  number: 114,
  name: 'clock_getres',
  arguments: { clock: 'int', resolution: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (kindOf(f.clock) === ClockKind.absent) return k.fail(ErrorNumber.EINVAL);
      if (f.resolution === 0) return k.done();
      return give(k, f.resolution, { seconds: 0, nanoseconds: Math.ceil(NANOSECONDS / k.hertz) });
    },
    finish,
  },
});

const clockSettime = systemCall({
  number: 112,
  name: 'clock_settime',
  arguments: { clock: 'int', time: 'pointer' },
  support: { partial: 'always refused: virtual time is nobody’s to set' },
  steps: {
    begin(k, f) {
      return k.fail(f.clock === Clock.realTime ? ErrorNumber.EPERM : ErrorNumber.EINVAL);
    },
  },
});

const TIMEZONE_BYTES = 8;

const gettimeofday = systemCall({
  number: 169,
  name: 'gettimeofday',
  arguments: { time: 'pointer', zone: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.time === 0) return k.goto('zone');
      const { scratch } = currentThread(k);
      writeTimeval(k, scratch, readClock(k, Clock.realTime));
      return writeProgram(k, f.time, scratch, TIMESPEC_BYTES, 'told');
    },
    told(k, _f, reply) {
      return reply.error === 0 ? k.goto('zone') : k.fail(reply.error);
    },
    zone(k, f) {
      if (f.zone === 0) return k.done();
      const { scratch } = currentThread(k);
      k.memory.clear(scratch, TIMEZONE_BYTES);
      return writeProgram(k, f.zone, scratch, TIMEZONE_BYTES, 'finish');
    },
    finish,
  },
});

const settimeofday = systemCall({
  number: 170,
  name: 'settimeofday',
  arguments: { time: 'pointer', zone: 'pointer' },
  support: { partial: 'always refused: virtual time is nobody’s to set' },
  steps: {
    begin(k) {
      return k.fail(ErrorNumber.EPERM);
    },
  },
});

/** Ticks in a second of times(2), as USER_HZ. */
const TICKS = 100;
const TIMES_BYTES = 32;
/** Where in the scratch page the figures of the process and of its children are. */
const OWN = 1024;
const CHILDREN = 2048;

const times = systemCall({
  number: 153,
  name: 'times',
  arguments: { buffer: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.buffer === 0) return k.goto('elapsed');
      const into = ownSpan(currentThread(k).scratch + OWN, UsageFigures.size);
      return k.call(processes.usage, { process: currentProcess(k).process, whose: 0, into }, 'own');
    },
    own(k, _f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const into = ownSpan(currentThread(k).scratch + CHILDREN, UsageFigures.size);
      return k.call(processes.usage, { process: currentProcess(k).process, whose: 1, into }, 'children');
    },
    children(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const { scratch } = currentThread(k);
      const own = UsageFigures.at(k.store, scratch + OWN);
      const children = UsageFigures.at(k.store, scratch + CHILDREN);
      const all = [own.cyclesUser, own.cyclesKernel, children.cyclesUser, children.cyclesKernel];
      all.forEach((cycles, index) => {
        const ticks = Math.floor((cycles / k.hertz) * TICKS);
        k.memory.write32(scratch + index * 8, ticks);
        k.memory.write32(scratch + index * 8 + 4, Math.floor(ticks / 2 ** 32));
      });
      return writeProgram(k, f.buffer, scratch, TIMES_BYTES, 'told');
    },
    told(k, _f, reply) {
      return reply.error === 0 ? k.goto('elapsed') : k.fail(reply.error);
    },
    elapsed(k) {
      return k.done(Math.floor((shownNow(k) / k.hertz) * TICKS));
    },
  },
});

// --- sleeping

interface SleepFrame {
  readonly rest: number;
  until: number;
}

/** The deadline of a relative sleep: the one that it had before it was interrupted, if any. */
function relativeDeadline(k: Kernel, time: TimeValue): number {
  const thread = currentThread(k);
  const until = thread.resumeUntil !== 0 ? thread.resumeUntil : instantAfter(k, time);
  thread.resumeUntil = 0;
  return until;
}

/** A relative sleep was interrupted: what is left goes to the program, and a restart goes on with it. */
const sleepSteps = {
  woken(k: Kernel, f: SleepFrame, reply: Reply): OutcomeNumber {
    if (reply.value !== WakeReason.interrupted) return k.done();
    if (f.rest === 0) return k.goto('again');
    const { scratch } = currentThread(k);
    const left = Math.max(0, f.until - shownNow(k));
    writeTimespec(k, scratch, timeOf(k, left));
    return writeProgram(k, f.rest, scratch, TIMESPEC_BYTES, 'told');
  },
  told(k: Kernel, _f: SleepFrame, reply: Reply): OutcomeNumber {
    return reply.error === 0 ? k.goto('again') : k.fail(reply.error);
  },
  again(k: Kernel, f: SleepFrame): OutcomeNumber {
    currentThread(k).resumeUntil = f.until;
    return k.fail(ErrorNumber.ERESTARTNOHAND);
  },
};

const nanosleep = systemCall({
  number: 101,
  name: 'nanosleep',
  arguments: { time: 'pointer', rest: 'pointer' },
  support: 'full',
  locals: ['until'],
  steps: {
    begin(k, f) {
      const into = currentThread(k).scratch;
      return readProgram(k, f.time, into, TIMESPEC_BYTES, 'read');
    },
    read(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const time = readTimespec(k, currentThread(k).scratch);
      if (time === undefined) return k.fail(ErrorNumber.EINVAL);
      f.until = relativeDeadline(k, time);
      return k.wait([], f.until, 'woken');
    },
    ...sleepSteps,
  },
});

const ABSOLUTE = 1;
const HUNDRED_HERTZ = 100;

/** Clocks that clock_nanosleep refuses: EOPNOTSUPP for a thread's own and for those that only show. */
function sleepRefusal(clock: number): number {
  if (kindOf(clock) === ClockKind.absent) return ErrorNumber.EINVAL;
  const shown: readonly number[] = [
    Clock.threadTime,
    Clock.monotonicRaw,
    Clock.realTimeCoarse,
    Clock.monotonicCoarse,
  ];
  return shown.includes(clock) ? ErrorNumber.EOPNOTSUPP : 0;
}

const clockNanosleep = systemCall({
  number: 115,
  name: 'clock_nanosleep',
  arguments: { clock: 'int', flags: 'flags', time: 'pointer', rest: 'pointer' },
  support: { partial: 'processor time is looked at a hundred times a second' },
  locals: ['until', 'target'],
  steps: {
    begin(k, f) {
      const refused = sleepRefusal(f.clock);
      if (refused !== 0) return k.fail(refused);
      const into = currentThread(k).scratch;
      return readProgram(k, f.time, into, TIMESPEC_BYTES, 'read');
    },
    read(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const time = readTimespec(k, currentThread(k).scratch);
      if (time === undefined) return k.fail(ErrorNumber.EINVAL);
      if (isProcessorTime(f.clock)) {
        f.target = cyclesOf(k, time);
        return askUsage(k, processorClock(f.clock).id, 'used');
      }
      if ((f.flags & ABSOLUTE) === 0) {
        f.until = relativeDeadline(k, time);
        return k.wait([], f.until, 'woken');
      }
      f.until = instantOf(k, time, offsetOf(k, f.clock) !== 0);
      return k.wait([], f.until, 'woken absolutely');
    },
    'woken absolutely'(k, _f, reply) {
      return reply.value === WakeReason.interrupted ? k.fail(ErrorNumber.ERESTARTNOHAND) : k.done();
    },
    // --- processor time of a process with other threads that run meanwhile
    used(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const used = usedCycles(k, processorClock(f.clock).userOnly);
      if ((f.flags & ABSOLUTE) === 0) f.target += used;
      return k.goto('compare');
    },
    'used again'(k, _f, reply) {
      return reply.error === 0 ? k.goto('compare') : k.fail(reply.error);
    },
    compare(k, f) {
      const missing = f.target - usedCycles(k, processorClock(f.clock).userOnly);
      if (missing <= 0) return k.done();
      return k.wait([], k.now + Math.min(missing, Math.ceil(k.hertz / HUNDRED_HERTZ)), 'look');
    },
    look(k, f, reply) {
      if (reply.value === WakeReason.interrupted) return k.fail(ErrorNumber.EINTR);
      return askUsage(k, processorClock(f.clock).id, 'used again');
    },
    ...sleepSteps,
  },
});

export const clockCalls: readonly SystemCall[] = [
  clockGettime,
  clockGetres,
  clockSettime,
  gettimeofday,
  settimeofday,
  times,
  nanosleep,
  clockNanosleep,
];
