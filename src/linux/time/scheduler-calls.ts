/**
 * System calls about scheduling: yielding, affinity, nice values, and what programs ask of policies. The machine's policy is
 * the user's choice, not the program's: all threads have SCHED_OTHER, with weights by their nice values.
 */

import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber, Reply } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Credentials, Domain, ThreadState } from '../../kernel/objects.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { threadById } from '../processes/directory.ts';
import { LinuxProcess } from '../records.ts';
import { currentThread, type ThreadView } from '../state.ts';
import { readProgram, writeProgram } from '../user-memory.ts';
import { TIMESPEC_BYTES, timeOf, writeTimespec } from './values.ts';

const WORD_BYTES = 8;

/** Whom a call means: 0 is the caller. */
export function threadFor(k: Kernel, id: number): ThreadView | undefined {
  return id === 0 ? currentThread(k) : threadById(k, id);
}

/** May the caller change how a thread is scheduled? */
export function mayChange(k: Kernel, thread: ThreadView): boolean {
  const { effectiveUser } = k.credentials;
  if (effectiveUser === 0) return true;
  const { domain } = LinuxProcess.at(k.store, thread.process);
  const theirs = Credentials.at(k.store, Domain.at(k.store, domain).credentials);
  return effectiveUser === theirs.user || effectiveUser === theirs.effectiveUser;
}

function finish(k: Kernel, _f: unknown, reply: Reply): OutcomeNumber {
  return reply.error === 0 ? k.done() : k.fail(reply.error);
}

const schedYield = systemCall({
  number: 124,
  name: 'sched_yield',
  arguments: {},
  support: 'full',
  steps: {
    begin(k) {
      k.scheduling.yieldHart(k.threads.at(k.thread).hart);
      return k.done();
    },
  },
});

/** Bits of all harts. */
function allHarts(k: Kernel): number {
  return k.scheduling.hartCount >= 32 ? 0xffff_ffff : 2 ** k.scheduling.hartCount - 1;
}

const schedGetaffinity = systemCall({
  number: 123,
  name: 'sched_getaffinity',
  arguments: { id: 'int', length: 'unsigned', mask: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.length === 0 || f.length % WORD_BYTES !== 0) return k.fail(ErrorNumber.EINVAL);
      const thread = threadFor(k, f.id);
      if (thread === undefined) return k.fail(ErrorNumber.ESRCH);
      const { scratch } = currentThread(k);
      k.memory.write32(scratch, (k.threads.at(thread.thread).affinity & allHarts(k)) >>> 0);
      k.memory.write32(scratch + 4, 0);
      return writeProgram(k, f.mask, scratch, WORD_BYTES, 'finish');
    },
    /** The kernel's own call tells how many bytes it has written. */
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done(WORD_BYTES) : k.fail(reply.error);
    },
  },
});

const schedSetaffinity = systemCall({
  number: 122,
  name: 'sched_setaffinity',
  arguments: { id: 'int', length: 'unsigned', mask: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      const { scratch } = currentThread(k);
      const length = Math.min(f.length, WORD_BYTES);
      k.memory.clear(scratch, WORD_BYTES);
      return readProgram(k, f.mask, scratch, length, 'set');
    },
    set(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const thread = threadFor(k, f.id);
      if (thread === undefined) return k.fail(ErrorNumber.ESRCH);
      if (!mayChange(k, thread)) return k.fail(ErrorNumber.EPERM);
      const mask = (k.memory.read32(currentThread(k).scratch) & allHarts(k)) >>> 0;
      if (mask === 0) return k.fail(ErrorNumber.EINVAL);
      const target = k.threads.at(thread.thread);
      k.mechanism();
      k.scheduling.change(thread.thread, () => {
        target.affinity = mask;
      });
      const { state, hart } = target;
      if (state === ThreadState.running && ((mask >>> hart) & 1) === 0) k.scheduling.lookAgain(hart);
      return k.done();
    },
  },
});

const getcpu = systemCall({
  number: 168,
  name: 'getcpu',
  arguments: { hart: 'pointer', node: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.hart === 0) return k.goto('node');
      const { scratch } = currentThread(k);
      k.memory.write32(scratch, k.threads.at(k.thread).hart);
      return writeProgram(k, f.hart, scratch, 4, 'told');
    },
    told(k, _f, reply) {
      return reply.error === 0 ? k.goto('node') : k.fail(reply.error);
    },
    node(k, f) {
      if (f.node === 0) return k.done();
      const { scratch } = currentThread(k);
      k.memory.write32(scratch, 0);
      return writeProgram(k, f.node, scratch, 4, 'finish');
    },
    finish,
  },
});

// --- policies, as programs name them

const Policy = { other: 0, fifo: 1, roundRobin: 2, batch: 3, idle: 5, deadline: 6 } as const;
const RESET_ON_FORK = 0x4000_0000;
const HIGHEST_REAL_TIME = 99;

function isRealTime(policy: number): boolean {
  return policy === Policy.fifo || policy === Policy.roundRobin;
}

/** Why a thread cannot have a policy with a priority, or 0. */
function policyRefusal(k: Kernel, thread: ThreadView | undefined, policy: number, priority: number): number {
  if (!Object.values(Policy).some((known) => known === policy)) return ErrorNumber.EINVAL;
  const [least, most] = isRealTime(policy) ? [1, HIGHEST_REAL_TIME] : [0, 0];
  if (priority < least || priority > most) return ErrorNumber.EINVAL;
  if (thread === undefined) return ErrorNumber.ESRCH;
  const real = isRealTime(policy) || policy === Policy.deadline;
  return real || !mayChange(k, thread) ? ErrorNumber.EPERM : 0;
}

const schedGetscheduler = systemCall({
  number: 120,
  name: 'sched_getscheduler',
  arguments: { id: 'int' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.id < 0) return k.fail(ErrorNumber.EINVAL);
      const thread = threadFor(k, f.id);
      return thread === undefined ? k.fail(ErrorNumber.ESRCH) : k.done(thread.policy);
    },
  },
});

const schedSetscheduler = systemCall({
  number: 119,
  name: 'sched_setscheduler',
  arguments: { id: 'int', policy: 'int', parameters: 'pointer' },
  support: {
    partial:
      'real-time policies are refused with EPERM, as without CAP_SYS_NICE; batch and idle are only noted',
  },
  steps: {
    begin(k, f) {
      if (f.id < 0 || f.policy < 0 || f.parameters === 0) return k.fail(ErrorNumber.EINVAL);
      const into = currentThread(k).scratch;
      return readProgram(k, f.parameters, into, 4, 'set');
    },
    set(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const priority = k.memory.read32(currentThread(k).scratch) | 0;
      const policy = f.policy & ~RESET_ON_FORK;
      const thread = threadFor(k, f.id);
      const refused = policyRefusal(k, thread, policy, priority);
      if (refused !== 0 || thread === undefined) return k.fail(refused);
      thread.policy = policy;
      return k.done();
    },
  },
});

const schedSetparam = systemCall({
  number: 118,
  name: 'sched_setparam',
  arguments: { id: 'int', parameters: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.id < 0 || f.parameters === 0) return k.fail(ErrorNumber.EINVAL);
      const into = currentThread(k).scratch;
      return readProgram(k, f.parameters, into, 4, 'set');
    },
    set(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const thread = threadFor(k, f.id);
      const priority = k.memory.read32(currentThread(k).scratch) | 0;
      const refused = policyRefusal(k, thread, thread?.policy ?? Policy.other, priority);
      return refused === 0 ? k.done() : k.fail(refused);
    },
  },
});

const schedGetparam = systemCall({
  number: 121,
  name: 'sched_getparam',
  arguments: { id: 'int', parameters: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.id < 0 || f.parameters === 0) return k.fail(ErrorNumber.EINVAL);
      if (threadFor(k, f.id) === undefined) return k.fail(ErrorNumber.ESRCH);
      const { scratch } = currentThread(k);
      k.memory.write32(scratch, 0);
      return writeProgram(k, f.parameters, scratch, 4, 'finish');
    },
    finish,
  },
});

/** What SCHED_RR would give, as Linux tells it for other policies: the machine's own quantum. */
const schedRrGetInterval = systemCall({
  number: 127,
  name: 'sched_rr_get_interval',
  arguments: { id: 'int', interval: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.id < 0) return k.fail(ErrorNumber.EINVAL);
      if (threadFor(k, f.id) === undefined) return k.fail(ErrorNumber.ESRCH);
      const { scratch } = currentThread(k);
      writeTimespec(k, scratch, timeOf(k, k.scheduling.quantum));
      return writeProgram(k, f.interval, scratch, TIMESPEC_BYTES, 'finish');
    },
    finish,
  },
});

/** SCHED_EXT, which Linux knows since 6.12; nobody can ask for it here. */
const EXTENSIBLE = 7;

/** Both ends of a policy's priorities. */
function priorityLimit(number: number, name: string, realTime: number): SystemCall {
  return systemCall({
    number,
    name,
    arguments: { policy: 'int' },
    support: 'full',
    steps: {
      begin(k, f) {
        if (isRealTime(f.policy)) return k.done(realTime);
        const known = f.policy === EXTENSIBLE || Object.values(Policy).some((policy) => policy === f.policy);
        return known ? k.done(0) : k.fail(ErrorNumber.EINVAL);
      },
    },
  });
}

export const policyCalls: readonly SystemCall[] = [
  schedYield,
  schedGetaffinity,
  schedSetaffinity,
  getcpu,
  schedGetscheduler,
  schedSetscheduler,
  schedGetparam,
  schedSetparam,
  schedRrGetInterval,
  priorityLimit(125, 'sched_get_priority_max', HIGHEST_REAL_TIME),
  priorityLimit(126, 'sched_get_priority_min', 1),
];
