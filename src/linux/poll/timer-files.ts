/** timerfd_create(2) and its two companions: timers that are read instead of sending signals. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import { serviceInterface, WakeReason } from '../../contracts/service.ts';
import { NEVER, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { OpenFlag } from '../../services/files/interface.ts';
import { memory } from '../../services/memory/interface.ts';
import { PollEvent } from '../../services/pipes/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { opening } from '../calls/opening.ts';
import { CLOSE_ON_EXEC, fileOf } from '../descriptors.ts';
import { createOpenFile } from '../open-files.ts';
import { OpenKind } from '../records.ts';
import { currentThread } from '../state.ts';
import { Clock } from '../time/clocks.ts';
import { ensureTimekeeper } from '../time/start.ts';
import { changeTimer, putTimerSetting, SETTING_BYTES } from '../time/timer-calls.ts';
import { createFileTimer, destroyFileTimer, type TimerView, timerAt } from '../time/timers.ts';
import { readProgram, writeProgram } from '../user-memory.ts';

export const timerFiles = serviceInterface('linux', {
  /** Value: 8, once the timer has expired. EAGAIN, EFAULT, EINVAL, ERESTART. */
  readTimer: { timer: 'number', into: 'span', wait: 'number' },
});

const COUNT_BYTES = 8;
const HALF = 2 ** 32;

/** What poll sees: its events, and the queue that is woken when they may have changed. */
export function pollTimer(k: Kernel, timer: PhysicalAddress): { found: number; queue: PhysicalAddress } {
  const { overrun, changed } = timerAt(k, timer);
  return { found: overrun === 0 ? 0 : PollEvent.in | PollEvent.readNormal, queue: changed };
}

const read = operation(timerFiles.readTimer, [], {
  begin(k, f) {
    if (f.into.length < COUNT_BYTES) return k.fail(ErrorNumber.EINVAL);
    const timer = timerAt(k, f.timer);
    const { overrun: expired } = timer;
    if (expired === 0 && f.wait === 0) return k.fail(ErrorNumber.EAGAIN);
    if (expired === 0) return k.wait([timer.changed], NEVER, 'woken');
    const { scratch } = currentThread(k);
    k.memory.write32(scratch, expired);
    k.memory.write32(scratch + 4, Math.floor(expired / HALF));
    if (k.toSpan(f.into, 0, scratch, COUNT_BYTES) === COUNT_BYTES) {
      timer.overrun = 0;
      return k.done(COUNT_BYTES);
    }
    const { space, start: address } = f.into;
    const request = { space, address, length: COUNT_BYTES, access: Access.write };
    return k.call(memory.supply, request, 'supplied');
  },
  woken(k, _f, reply) {
    return reply.value === WakeReason.interrupted ? k.fail(ErrorNumber.ERESTART) : k.goto('begin');
  },
  supplied(k, _f, reply) {
    // The count may lie on two pages, of which one is absent for good.
    const isWhole = reply.error === 0 && reply.value === COUNT_BYTES;
    return isWhole ? k.goto('begin') : k.fail(ErrorNumber.EFAULT);
  },
});

const FLAGS = OpenFlag.closeOnExec | OpenFlag.nonBlocking;
const CLOCKS: readonly number[] = [
  Clock.realTime,
  Clock.monotonic,
  Clock.bootTime,
  Clock.realTimeAlarm,
  Clock.bootTimeAlarm,
];

/** A timer and its description; 0 when there is no memory. */
function create(k: Kernel, clock: number, flags: number): PhysicalAddress {
  const timer = ensureTimekeeper(k) ? createFileTimer(k, clock) : undefined;
  if (timer === undefined) return 0;
  const status = OpenFlag.readWrite | (flags & OpenFlag.nonBlocking);
  const object = timer.address;
  const file = createOpenFile(k, { kind: OpenKind.timer, node: 0, object, end: 0, flags: status });
  if (file === 0) destroyFileTimer(k, object);
  return file;
}

const timerfdCreate = systemCall({
  number: 85,
  name: 'timerfd_create',
  arguments: { clock: 'int', flags: 'flags' },
  support: 'full',
  steps: {
    begin(k, f) {
      if ((f.flags & ~FLAGS) !== 0 || !CLOCKS.includes(f.clock)) return k.fail(ErrorNumber.EINVAL);
      const alarm = f.clock === Clock.realTimeAlarm || f.clock === Clock.bootTimeAlarm;
      if (alarm && k.credentials.effectiveUser !== 0) return k.fail(ErrorNumber.EPERM);
      const file = create(k, f.clock, f.flags);
      if (file === 0) return k.fail(ErrorNumber.ENOMEM);
      const mark = (f.flags & OpenFlag.closeOnExec) !== 0 ? CLOSE_ON_EXEC : 0;
      return k.call(opening.installFile, { file, flags: mark }, 'finish');
    },
    finish(k, _f, reply) {
      return k.pass(reply);
    },
  },
});

/** The timer of a descriptor, or a negative error number. */
function timerOf(k: Kernel, descriptor: number): TimerView | number {
  const file = fileOf(k, descriptor);
  if (file === undefined || (file.flags & OpenFlag.path) !== 0) return -ErrorNumber.EBADF;
  return file.kind === OpenKind.timer ? timerAt(k, file.object) : -ErrorNumber.EINVAL;
}

const ABSOLUTE = 1;
/** TFD_TIMER_CANCEL_ON_SET: nobody sets the clock here. */
const CANCEL_ON_SET = 2;
const OLD = 2048;

const timerfdSettime = systemCall({
  number: 86,
  name: 'timerfd_settime',
  arguments: { descriptor: 'descriptor', flags: 'flags', setting: 'pointer', old: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      return readProgram(k, f.setting, currentThread(k).scratch, SETTING_BYTES, 'read');
    },
    read(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      if ((f.flags & ~(ABSOLUTE | CANCEL_ON_SET)) !== 0) return k.fail(ErrorNumber.EINVAL);
      const timer = timerOf(k, f.descriptor);
      if (typeof timer === 'number') return k.fail(-timer);
      const { scratch } = currentThread(k);
      putTimerSetting(k, scratch + OLD, timer);
      if (!changeTimer(k, scratch, timer, (f.flags & ABSOLUTE) !== 0)) return k.fail(ErrorNumber.EINVAL);
      k.wake(timer.changed);
      if (f.old === 0) return k.done();
      return writeProgram(k, f.old, scratch + OLD, SETTING_BYTES, 'finish');
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done() : k.fail(reply.error);
    },
  },
});

const timerfdGettime = systemCall({
  number: 87,
  name: 'timerfd_gettime',
  arguments: { descriptor: 'descriptor', current: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      const timer = timerOf(k, f.descriptor);
      if (typeof timer === 'number') return k.fail(-timer);
      const { scratch } = currentThread(k);
      putTimerSetting(k, scratch, timer);
      return writeProgram(k, f.current, scratch, SETTING_BYTES, 'finish');
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done() : k.fail(reply.error);
    },
  },
});

export const timerFileOperations: readonly Operation[] = [read];
export const timerFileCalls: readonly SystemCall[] = [timerfdCreate, timerfdSettime, timerfdGettime];
