/** System calls of signals: actions, masks, waiting, the way back from a handler. */

import { ErrorNumber } from '../../contracts/errors.ts';
import { WakeReason } from '../../contracts/service.ts';
import { NEVER } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { threadsOf } from '../processes/directory.ts';
import { currentProcess, currentThread, type ThreadView } from '../state.ts';
import { instantAfter, readTimespec, TIMESPEC_BYTES } from '../time/values.ts';
import { readProgram, writeProgram } from '../user-memory.ts';
import { StackFlag, setAlternateStack, stateOfAlternateStack } from './alternate-stack.ts';
import { FRAME_BYTES, getStack, putStack, restoreFrame } from './frame.ts';
import { ACTION_FLAGS, actionAt, SIGNAL_DEFAULT, SIGNAL_IGNORE } from './handlers.ts';
import { INFORMATION_BYTES, kernelSignal } from './information.ts';
import { beginTemporaryMask, endTemporaryMask, refreshAttention, setBlocked } from './mask.ts';
import { SIGNAL_COUNT, SignalNumber } from './numbers.ts';
import { removePending, takePending } from './pending.ts';
import { force } from './sending.ts';
import { contains, highBit, IGNORED_SIGNALS, lowBit, UNBLOCKABLE_SIGNALS } from './sets.ts';

/** Bytes of sigset_t as the kernel has it: every call insists on it. */
const SET_BYTES = 8;
/** struct sigaction: handler, flags, mask; riscv has no restorer. */
const ACTION_BYTES = 24;
const STACK_BYTES = 24;
const STACK_POINTER = 2;
/** Where in the scratch page an old value is put together while the new one lies at its start. */
const OLD = 2048;

function isSignal(signal: number): boolean {
  return signal >= 1 && signal <= SIGNAL_COUNT;
}

function pair(k: Kernel, at: number): { low: number; high: number } {
  return { low: k.memory.read32(at), high: k.memory.read32(at + 4) };
}

function putPair(k: Kernel, at: number, low: number, high: number): void {
  k.memory.write32(at, low);
  k.memory.write32(at + 4, high);
}

/** Writes an action as struct sigaction. */
function putAction(k: Kernel, at: number, signal: number): void {
  const { handler, flags, maskLow, maskHigh } = actionAt(k, currentProcess(k).handlers, signal);
  putPair(k, at, handler >>> 0, Math.floor(handler / 2 ** 32) >>> 0);
  putPair(k, at + 8, flags, 0);
  putPair(k, at + 16, maskLow, maskHigh);
}

/** Sets an action from struct sigaction; pending signals that it ignores are forgotten. */
function setAction(k: Kernel, at: number, signal: number): void {
  const process = currentProcess(k);
  const action = actionAt(k, process.handlers, signal);
  const handler = pair(k, at);
  const mask = pair(k, at + 16);
  action.handler = handler.high * 2 ** 32 + handler.low;
  action.flags = k.memory.read32(at + 8) & ACTION_FLAGS;
  action.maskLow = mask.low & ~UNBLOCKABLE_SIGNALS;
  action.maskHigh = mask.high;
  const ignores =
    action.handler === SIGNAL_IGNORE ||
    (action.handler === SIGNAL_DEFAULT && contains(IGNORED_SIGNALS, 0, signal));
  if (!ignores) return;
  removePending(k, process, lowBit(signal), highBit(signal));
  for (const thread of threadsOf(k, process)) removePending(k, thread, lowBit(signal), highBit(signal));
}

const rtSigaction = systemCall({
  number: 134,
  name: 'rt_sigaction',
  arguments: { signal: 'signal', action: 'pointer', old: 'pointer', size: 'size' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.size !== SET_BYTES) return k.fail(ErrorNumber.EINVAL);
      const { scratch } = currentThread(k);
      if (f.action !== 0) return readProgram(k, f.action, scratch, ACTION_BYTES, 'read');
      return k.goto('act');
    },
    read(k, _f, reply) {
      return reply.error === 0 ? k.goto('act') : k.fail(reply.error);
    },
    act(k, f) {
      const fixed = contains(UNBLOCKABLE_SIGNALS, 0, f.signal);
      if (!isSignal(f.signal) || (f.action !== 0 && fixed)) return k.fail(ErrorNumber.EINVAL);
      const { scratch } = currentThread(k);
      putAction(k, scratch + OLD, f.signal);
      if (f.action !== 0) setAction(k, scratch, f.signal);
      if (f.old === 0) return k.done();
      return writeProgram(k, f.old, scratch + OLD, ACTION_BYTES, 'finish');
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done() : k.fail(reply.error);
    },
  },
});

const How = { block: 0, unblock: 1, set: 2 } as const;

/** Changes the mask as `how` says; false when it says nothing. */
function changeMask(k: Kernel, thread: ThreadView, how: number, low: number, high: number): boolean {
  const { blockedLow, blockedHigh } = thread;
  if (how === How.block) setBlocked(k, thread, (blockedLow | low) >>> 0, (blockedHigh | high) >>> 0);
  else if (how === How.unblock) setBlocked(k, thread, blockedLow & ~low, blockedHigh & ~high);
  else if (how === How.set) setBlocked(k, thread, low, high);
  else return false;
  return true;
}

const rtSigprocmask = systemCall({
  number: 135,
  name: 'rt_sigprocmask',
  arguments: { how: 'int', set: 'pointer', old: 'pointer', size: 'size' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.size !== SET_BYTES) return k.fail(ErrorNumber.EINVAL);
      const { scratch } = currentThread(k);
      if (f.set !== 0) return readProgram(k, f.set, scratch, SET_BYTES, 'change');
      return k.goto('change');
    },
    change(k, f, reply) {
      if (f.set !== 0 && reply.error !== 0) return k.fail(reply.error);
      const thread = currentThread(k);
      const { scratch, blockedLow, blockedHigh } = thread;
      const { low, high } = pair(k, scratch);
      if (f.set !== 0 && !changeMask(k, thread, f.how, low, high)) return k.fail(ErrorNumber.EINVAL);
      if (f.old === 0) return k.done();
      putPair(k, scratch, blockedLow, blockedHigh);
      return writeProgram(k, f.old, scratch, SET_BYTES, 'finish');
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done() : k.fail(reply.error);
    },
  },
});

const rtSigpending = systemCall({
  number: 136,
  name: 'rt_sigpending',
  arguments: { set: 'pointer', size: 'size' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.size > SET_BYTES) return k.fail(ErrorNumber.EINVAL);
      const { scratch, blockedLow, blockedHigh, pendingLow, pendingHigh } = currentThread(k);
      const process = currentProcess(k);
      const low = (pendingLow | process.pendingLow) & blockedLow;
      const high = (pendingHigh | process.pendingHigh) & blockedHigh;
      putPair(k, scratch, low, high);
      return writeProgram(k, f.set, scratch, f.size, 'finish');
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done() : k.fail(reply.error);
    },
  },
});

const rtSigsuspend = systemCall({
  number: 133,
  name: 'rt_sigsuspend',
  arguments: { set: 'pointer', size: 'size' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.size !== SET_BYTES) return k.fail(ErrorNumber.EINVAL);
      const { scratch } = currentThread(k);
      return readProgram(k, f.set, scratch, SET_BYTES, 'suspend');
    },
    suspend(k, _f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const thread = currentThread(k);
      const { low, high } = pair(k, thread.scratch);
      beginTemporaryMask(k, thread, low, high);
      return k.wait([], NEVER, 'woken');
    },
    woken(k) {
      endTemporaryMask(k, currentThread(k), true);
      return k.fail(ErrorNumber.ERESTARTNOHAND);
    },
  },
});

/** The signals wanted lie in (low, high); takes one of them that is pending. */
function takeWanted(k: Kernel, f: { low: number; high: number }): number {
  const thread = currentThread(k);
  const process = currentProcess(k);
  return takePending(k, [thread, process], ~f.low, ~f.high, thread.scratch);
}

const rtSigtimedwait = systemCall({
  number: 137,
  name: 'rt_sigtimedwait',
  arguments: { set: 'pointer', information: 'pointer', timeout: 'pointer', size: 'size' },
  support: 'full',
  locals: ['low', 'high', 'until', 'signal', 'reason'],
  steps: {
    begin(k, f) {
      if (f.size !== SET_BYTES) return k.fail(ErrorNumber.EINVAL);
      const { scratch } = currentThread(k);
      return readProgram(k, f.set, scratch, SET_BYTES, 'set');
    },
    set(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const { scratch } = currentThread(k);
      const { low, high } = pair(k, scratch);
      f.low = (low & ~UNBLOCKABLE_SIGNALS) >>> 0;
      f.high = high;
      f.until = NEVER;
      if (f.timeout === 0) return k.goto('take');
      return readProgram(k, f.timeout, scratch, TIMESPEC_BYTES, 'timeout');
    },
    timeout(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const time = readTimespec(k, currentThread(k).scratch);
      if (time === undefined) return k.fail(ErrorNumber.EINVAL);
      f.until = time.seconds === 0 && time.nanoseconds === 0 ? 0 : instantAfter(k, time);
      return k.goto('take');
    },
    take(k, f) {
      const thread = currentThread(k);
      f.signal = takeWanted(k, f);
      if (f.signal !== 0) return k.goto('taken');
      if (f.until === 0) return k.fail(ErrorNumber.EAGAIN);
      // While it waits these signals wake it; those who send must know that they are not to be dropped.
      const { blockedLow, blockedHigh } = thread;
      thread.reallyBlockedLow = blockedLow;
      thread.reallyBlockedHigh = blockedHigh;
      setBlocked(k, thread, blockedLow & ~f.low, blockedHigh & ~f.high);
      return k.wait([], f.until, 'woken');
    },
    woken(k, f, reply) {
      const thread = currentThread(k);
      f.reason = reply.value;
      f.signal = takeWanted(k, f);
      const { reallyBlockedLow, reallyBlockedHigh } = thread;
      thread.reallyBlockedLow = 0;
      thread.reallyBlockedHigh = 0;
      setBlocked(k, thread, reallyBlockedLow, reallyBlockedHigh);
      if (f.signal !== 0) return k.goto('taken');
      return k.fail(f.reason === WakeReason.interrupted ? ErrorNumber.EINTR : ErrorNumber.EAGAIN);
    },
    taken(k, f) {
      const thread = currentThread(k);
      refreshAttention(k, thread);
      if (f.information === 0) return k.done(f.signal);
      return writeProgram(k, f.information, thread.scratch, INFORMATION_BYTES, 'finish');
    },
    finish(k, f, reply) {
      return reply.error === 0 ? k.done(f.signal) : k.fail(reply.error);
    },
  },
});

const sigaltstack = systemCall({
  number: 132,
  name: 'sigaltstack',
  arguments: { stack: 'pointer', old: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      const { scratch } = currentThread(k);
      if (f.stack === 0) return k.goto('change');
      return readProgram(k, f.stack, scratch, STACK_BYTES, 'read');
    },
    read(k, _f, reply) {
      return reply.error === 0 ? k.goto('change') : k.fail(reply.error);
    },
    change(k, f) {
      const thread = currentThread(k);
      const { scratch, stackStart: start, stackSize: size } = thread;
      const pointer = k.threads.context(k.thread).unsigned(STACK_POINTER);
      const flags = stateOfAlternateStack(thread, pointer) | (thread.stackFlags & StackFlag.autoDisarm);
      putStack(k, scratch + OLD, { start, size, flags });
      if (f.stack !== 0) {
        const error = setAlternateStack(thread, getStack(k, scratch), pointer);
        if (error !== 0) return k.fail(error);
      }
      if (f.old === 0) return k.done();
      return writeProgram(k, f.old, scratch + OLD, STACK_BYTES, 'finish');
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done() : k.fail(reply.error);
    },
  },
});

const rtSigreturn = systemCall({
  number: 139,
  name: 'rt_sigreturn',
  arguments: {},
  support: 'full',
  steps: {
    begin(k) {
      const thread = currentThread(k);
      thread.keepRegisters = 1;
      const address = k.threads.context(k.thread).unsigned(STACK_POINTER);
      return readProgram(k, address, thread.scratch, FRAME_BYTES, 'read');
    },
    read(k, _f, reply) {
      const thread = currentThread(k);
      const context = k.threads.context(k.thread);
      const restored = reply.error === 0 ? restoreFrame(k, context, thread.scratch) : undefined;
      if (restored === undefined) {
        force(k, thread, kernelSignal(SignalNumber.SIGSEGV));
        return k.done();
      }
      setBlocked(k, thread, restored.maskLow, restored.maskHigh);
      // Linux, too, goes on when the frame's stack_t is no good any more.
      setAlternateStack(thread, restored.stack, context.unsigned(STACK_POINTER));
      return k.done();
    },
  },
});

/** Only calls that Linux restarts by it would make it; here they are made again themselves. */
const restartSyscall = systemCall({
  number: 128,
  name: 'restart_syscall',
  arguments: {},
  support: 'full',
  steps: {
    begin(k) {
      return k.fail(ErrorNumber.EINTR);
    },
  },
});

export const maskCalls: readonly SystemCall[] = [
  rtSigaction,
  rtSigprocmask,
  rtSigpending,
  rtSigsuspend,
  rtSigtimedwait,
  sigaltstack,
  rtSigreturn,
  restartSyscall,
];
