/** futex(2): waiting until a word of memory changes, and waking those who wait. */

import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import { type OutcomeNumber, type Reply, WakeReason } from '../../contracts/service.ts';
import { NEVER } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { memory } from '../../services/memory/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { currentThread } from '../state.ts';
import { mayChange, threadFor } from '../time/scheduler-calls.ts';
import { instantAfter, instantOf, put64, readTimespec, TIMESPEC_BYTES } from '../time/values.ts';
import { readProgram, writeProgram } from '../user-memory.ts';
import { ANY_BITS, bucketOf, type FutexKey, requeueWaiters, setWaitingFor, wakeWaiters } from './buckets.ts';
import { concludeLock, releaseLock, takeLock } from './inheriting.ts';
import { futexes } from './interface.ts';
import { applyWakeOperation, decodeWakeOperation, meets } from './wake-operation.ts';
import { readWord, writeWord } from './words.ts';

/** Commands, and flags beside them (linux/futex.h). */
const Command = {
  wait: 0,
  wake: 1,
  requeue: 3,
  compareRequeue: 4,
  wakeOperation: 5,
  lock: 6,
  unlock: 7,
  tryLock: 8,
  waitBits: 9,
  wakeBits: 10,
  lockOnClock: 13,
} as const;
const PRIVATE = 128;
const CLOCK_REALTIME = 256;
const WORD_BYTES = 4;
const USER_END = 2 ** 47;

interface FutexFrame {
  readonly address: number;
  readonly operation: number;
  readonly value: number;
  readonly timeout: number;
  readonly second: number;
  readonly third: number;
  space: number;
  key: number;
  secondSpace: number;
  secondKey: number;
  until: number;
  bits: number;
}

const command = (f: FutexFrame): number => f.operation & ~(PRIVATE | CLOCK_REALTIME);
const isWait = (f: FutexFrame): boolean => command(f) === Command.wait || command(f) === Command.waitBits;
const isLock = (f: FutexFrame): boolean =>
  command(f) === Command.lock || command(f) === Command.lockOnClock || command(f) === Command.tryLock;
const mayEnd = (f: FutexFrame): boolean => isWait(f) || (isLock(f) && command(f) !== Command.tryLock);
const firstKey = (f: FutexFrame): FutexKey => ({ space: f.space, address: f.key });
const secondKey = (f: FutexFrame): FutexKey => ({ space: f.secondSpace, address: f.secondKey });
/** Arguments that count threads are ints. */
const count = (value: number): number => value | 0;
/** Linux wakes one even when asked for none. */
const atLeastOne = (value: number): number => Math.max(1, count(value));

/** Why a call cannot be, or 0. */
function refusal(f: FutexFrame): number {
  const known: readonly number[] = Object.values(Command);
  if (!known.includes(command(f))) return ErrorNumber.ENOSYS;
  const hasClock = command(f) === Command.waitBits || command(f) === Command.lockOnClock;
  if ((f.operation & CLOCK_REALTIME) !== 0 && !hasClock) return ErrorNumber.ENOSYS;
  if (command(f) === Command.requeue || command(f) === Command.compareRequeue)
    if (count(f.value) < 0 || count(f.timeout) < 0) return ErrorNumber.EINVAL;
  const usesBits = command(f) === Command.waitBits || command(f) === Command.wakeBits;
  return usesBits && f.third === 0 ? ErrorNumber.EINVAL : 0;
}

/** The step that follows when the first futex has its name. */
function afterName(f: FutexFrame): string {
  if (isWait(f)) return 'wait';
  if (isLock(f)) return 'lock';
  return command(f) === Command.unlock ? 'unlock' : 'name second';
}

/** Goes on with a step that gets a futex's name as its reply. */
function nameFutex(k: Kernel, f: FutexFrame, address: number, then: string, local: string): OutcomeNumber {
  if ((f.operation & PRIVATE) === 0) return k.call(futexes.nameShared, { address }, then);
  if (address % WORD_BYTES !== 0) return k.fail(ErrorNumber.EINVAL);
  if (address >= USER_END) return k.fail(ErrorNumber.EFAULT);
  return k.goto(local);
}

function supplyWord(k: Kernel, address: number, access: number, then: string): OutcomeNumber {
  const space = k.spaceOf(k.thread);
  return k.call(memory.supply, { space, address, length: WORD_BYTES, access }, then);
}

/** The instant of a timeout that lies in the scratch page; undefined when it is none. */
function deadline(k: Kernel, f: FutexFrame): number | undefined {
  const time = readTimespec(k, currentThread(k).scratch);
  if (time === undefined) return undefined;
  if (command(f) === Command.wait) return instantAfter(k, time);
  return instantOf(k, time, command(f) === Command.lock || (f.operation & CLOCK_REALTIME) !== 0);
}

/** How a wait ended. */
function conclude(k: Kernel, f: FutexFrame, reason: number): OutcomeNumber {
  const thread = currentThread(k);
  thread.futexAddress = -1;
  if (reason === WakeReason.woken) return k.done();
  if (reason === WakeReason.deadline) return k.fail(ErrorNumber.ETIMEDOUT);
  if (f.until === NEVER) return k.fail(ErrorNumber.ERESTART);
  thread.resumeUntil = f.until;
  return k.fail(ErrorNumber.ERESTARTNOHAND);
}

function act(k: Kernel, f: FutexFrame): OutcomeNumber {
  switch (command(f)) {
    case Command.wake:
      return k.done(wakeWaiters(k, firstKey(f), ANY_BITS, atLeastOne(f.value)));
    case Command.wakeBits:
      return k.done(wakeWaiters(k, firstKey(f), f.third, atLeastOne(f.value)));
    case Command.wakeOperation:
      return wakeByOperation(k, f);
    default:
      return requeue(k, f);
  }
}

function requeue(k: Kernel, f: FutexFrame): OutcomeNumber {
  if (command(f) === Command.compareRequeue) {
    const word = readWord(k, f.address);
    if (word === undefined) return supplyWord(k, f.address, Access.read, 'supplied');
    if (word !== f.third) return k.fail(ErrorNumber.EAGAIN);
  }
  const woken = count(f.value) === 0 ? 0 : wakeWaiters(k, firstKey(f), ANY_BITS, count(f.value));
  return k.done(woken + requeueWaiters(k, firstKey(f), secondKey(f), count(f.timeout)));
}

function wakeByOperation(k: Kernel, f: FutexFrame): OutcomeNumber {
  const wakeOperation = decodeWakeOperation(f.third);
  if (wakeOperation === undefined) return k.fail(ErrorNumber.ENOSYS);
  const word = readWord(k, f.second);
  if (word === undefined) return supplyWord(k, f.second, Access.write, 'supplied');
  if (!writeWord(k, f.second, applyWakeOperation(wakeOperation, word)))
    return supplyWord(k, f.second, Access.write, 'supplied');
  const woken = wakeWaiters(k, firstKey(f), ANY_BITS, atLeastOne(f.value));
  if (!meets(wakeOperation, word)) return k.done(woken);
  return k.done(woken + wakeWaiters(k, secondKey(f), ANY_BITS, atLeastOne(f.timeout)));
}

function keep(f: FutexFrame, reply: Reply, which: 'first' | 'second'): void {
  if (which === 'first') [f.space, f.key] = [reply.value, reply.second];
  else [f.secondSpace, f.secondKey] = [reply.value, reply.second];
}

const futex = systemCall({
  number: 98,
  name: 'futex',
  arguments: {
    address: 'pointer',
    operation: 'flags',
    value: 'unsigned',
    timeout: 'pointer',
    second: 'pointer',
    third: 'unsigned',
  },
  support: {
    partial:
      'no requeueing to locks with priority inheritance, whose waits a signal may end with EINTR; no FUTEX_FD',
  },
  locals: ['space', 'key', 'secondSpace', 'secondKey', 'until', 'bits'],
  steps: {
    begin(k, f) {
      const refused = refusal(f);
      if (refused !== 0) return k.fail(refused);
      f.until = NEVER;
      f.bits = command(f) === Command.waitBits ? f.third : ANY_BITS;
      if (!mayEnd(f) || f.timeout === 0) return k.goto('name');
      const into = currentThread(k).scratch;
      return readProgram(k, f.timeout, into, TIMESPEC_BYTES, 'timeout');
    },
    timeout(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const thread = currentThread(k);
      const until = deadline(k, f);
      if (until === undefined) return k.fail(ErrorNumber.EINVAL);
      // A relative wait that is started again ends when it would have ended.
      f.until = thread.resumeUntil !== 0 ? thread.resumeUntil : until;
      thread.resumeUntil = 0;
      return k.goto('name');
    },
    name(k, f) {
      return nameFutex(k, f, f.address, 'named', 'private');
    },
    private(k, f) {
      f.space = k.spaceOf(k.thread);
      f.key = f.address;
      return k.goto(afterName(f));
    },
    named(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      keep(f, reply, 'first');
      return k.goto(afterName(f));
    },
    'name second'(k, f) {
      if (command(f) === Command.wake || command(f) === Command.wakeBits) return act(k, f);
      return nameFutex(k, f, f.second, 'second named', 'second private');
    },
    'second private'(k, f) {
      f.secondSpace = k.spaceOf(k.thread);
      f.secondKey = f.second;
      return act(k, f);
    },
    'second named'(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      keep(f, reply, 'second');
      return act(k, f);
    },
    /** A page that a command needs has come. */
    supplied(k, f, reply) {
      return reply.error === 0 ? act(k, f) : k.fail(ErrorNumber.EFAULT);
    },
    /** The word is compared and the wait begins in one step, so that no wake is lost. */
    wait(k, f) {
      const word = readWord(k, f.address);
      if (word === undefined) return supplyWord(k, f.address, Access.read, 'word');
      if (word !== f.value) return k.fail(ErrorNumber.EAGAIN);
      setWaitingFor(k, k.thread, firstKey(f), f.bits);
      return k.wait([bucketOf(k, firstKey(f))], f.until, 'woken');
    },
    word(k, _f, reply) {
      return reply.error === 0 ? k.goto('wait') : k.fail(ErrorNumber.EFAULT);
    },
    lock(k, f) {
      const supply = () => supplyWord(k, f.address, Access.write, 'lock word');
      return takeLock(k, f, { key: firstKey(f), supply, mayWait: command(f) !== Command.tryLock });
    },
    'lock word'(k, _f, reply) {
      return reply.error === 0 ? k.goto('lock') : k.fail(ErrorNumber.EFAULT);
    },
    locked(k, _f, reply) {
      return concludeLock(k, reply.value);
    },
    unlock(k, f) {
      return releaseLock(k, f, firstKey(f), () => supplyWord(k, f.address, Access.write, 'unlock word'));
    },
    'unlock word'(k, _f, reply) {
      return reply.error === 0 ? k.goto('unlock') : k.fail(ErrorNumber.EFAULT);
    },
    woken(k, f, reply) {
      return conclude(k, f, reply.value);
    },
  },
});

const ROBUST_HEAD_BYTES = 24;

const setRobustList = systemCall({
  number: 99,
  name: 'set_robust_list',
  arguments: { head: 'pointer', size: 'size' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.size !== ROBUST_HEAD_BYTES) return k.fail(ErrorNumber.EINVAL);
      currentThread(k).robustList = f.head;
      return k.done();
    },
  },
});

const getRobustList = systemCall({
  number: 100,
  name: 'get_robust_list',
  arguments: { id: 'int', head: 'pointer', size: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      const thread = threadFor(k, f.id);
      if (thread === undefined) return k.fail(ErrorNumber.ESRCH);
      if (!mayChange(k, thread)) return k.fail(ErrorNumber.EPERM);
      const { scratch } = currentThread(k);
      put64(k, scratch, ROBUST_HEAD_BYTES);
      put64(k, scratch + 8, thread.robustList);
      return writeProgram(k, f.size, scratch, 8, 'head');
    },
    head(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const from = currentThread(k).scratch + 8;
      return writeProgram(k, f.head, from, 8, 'finish');
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done() : k.fail(reply.error);
    },
  },
});

/** Commands of membarrier(2). */
const Barrier = {
  query: 0,
  global: 1,
  globalExpedited: 2,
  registerGlobalExpedited: 4,
  privateExpedited: 8,
  registerPrivateExpedited: 16,
} as const;
const BARRIERS = Object.values(Barrier).reduce<number>((bits, command) => bits | command, 0);

/** Harts see each other's stores in order: a barrier is what they have anyway. */
const membarrier = systemCall({
  number: 283,
  name: 'membarrier',
  arguments: { command: 'int', flags: 'flags', hart: 'int' },
  support: { partial: 'no SYNC_CORE and RSEQ commands; an unregistered process is not refused' },
  steps: {
    begin(k, f) {
      if (f.flags !== 0) return k.fail(ErrorNumber.EINVAL);
      if (f.command === Barrier.query) return k.done(BARRIERS);
      const known = (f.command & BARRIERS) === f.command && (f.command & (f.command - 1)) === 0;
      return known ? k.done() : k.fail(ErrorNumber.EINVAL);
    },
  },
});

const setTidAddress = systemCall({
  number: 96,
  name: 'set_tid_address',
  arguments: { address: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      const thread = currentThread(k);
      thread.clearId = f.address;
      return k.done(thread.id);
    },
  },
});

export const futexCalls: readonly SystemCall[] = [
  futex,
  setRobustList,
  getRobustList,
  membarrier,
  setTidAddress,
];
