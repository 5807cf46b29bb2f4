/** System calls that send signals: to processes, groups and threads, with the permission rules of kill(2). */

import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber, Reply } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Credentials, Domain } from '../../kernel/objects.ts';
import { ProcessField, ProcessFilter, processes } from '../../services/processes/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { processById, processFrom, threadById } from '../processes/directory.ts';
import { LinuxProcess } from '../records.ts';
import { Resource } from '../resources.ts';
import { currentProcess, currentThread, type ProcessView, type ThreadView } from '../state.ts';
import { readProgram } from '../user-memory.ts';
import { INFORMATION_BYTES, SignalCode } from './information.ts';
import { SIGNAL_COUNT, SignalNumber } from './numbers.ts';
import { FIRST_REAL_TIME, type PostOptions, post } from './sending.ts';

/** May the calling process send signals to one of this domain? */
function mayReach(k: Kernel, domain: PhysicalAddress): boolean {
  const { user, effectiveUser } = k.credentials;
  if (effectiveUser === 0) return true;
  const target = Credentials.at(k.store, Domain.at(k.store, domain).credentials);
  const theirs = [target.user, target.savedUser];
  return theirs.includes(user) || theirs.includes(effectiveUser);
}

/** 0, EINVAL, or EPERM: may a signal be sent to a process? A session's members may continue each other, which is asked elsewhere. */
function refusal(k: Kernel, process: ProcessView, signal: number): number {
  if (signal < 0 || signal > SIGNAL_COUNT) return ErrorNumber.EINVAL;
  const own = process.address === currentProcess(k).address;
  return own || mayReach(k, process.domain) ? 0 : ErrorNumber.EPERM;
}

/** Sends a signal of the calling process's; signal 0 is none. Returns an error number. */
function send(
  k: Kernel,
  process: ProcessView,
  thread: ThreadView | undefined,
  signal: number,
  code: number,
  options: PostOptions,
): number {
  if (signal === 0) return 0;
  const { user } = k.credentials;
  const information = { signal, code, sender: currentProcess(k).id, user, value: 0 };
  return post(k, { process, thread }, information, options);
}

/** The process that kill(2) means by a number: of a process, or of any of its threads. */
function processOf(k: Kernel, id: number): ProcessView | undefined {
  const process = processById(k, id);
  if (process !== undefined) return process;
  const thread = threadById(k, id);
  return thread === undefined ? undefined : LinuxProcess.at(k.store, thread.process);
}

/** Asks for RLIMIT_SIGPENDING where it matters: real-time signals queue. */
function askLimit(k: Kernel, signal: number, then: string): OutcomeNumber {
  if (signal < FIRST_REAL_TIME) return k.goto(then);
  const { process } = currentProcess(k);
  return k.call(processes.limit, { process, resource: Resource.pendingSignals }, then);
}

function limitOf(signal: number, reply: Reply): PostOptions {
  return signal < FIRST_REAL_TIME || reply.error !== 0 ? {} : { limit: reply.value };
}

function isSelf(k: Kernel, process: ProcessView): boolean {
  return process.address === currentProcess(k).address;
}

const LAST_GROUP = -(2 ** 31);

const kill = systemCall({
  number: 129,
  name: 'kill',
  arguments: { id: 'int', signal: 'signal' },
  support: 'full',
  locals: ['group', 'cursor', 'found', 'succeeded', 'error', 'session'],
  steps: {
    begin(k, f) {
      if (f.id === LAST_GROUP) return k.fail(ErrorNumber.ESRCH);
      f.group = f.id < -1 ? -f.id : 0;
      if (f.id > 0) return askLimit(k, f.signal, 'one');
      if (f.id < 0) return k.goto('many');
      const { process } = currentProcess(k);
      return k.call(processes.get, { process, field: ProcessField.group }, 'own group');
    },
    'own group'(k, f, reply) {
      f.group = reply.value;
      return k.goto('many');
    },
    // --- one process
    one(k, f, reply) {
      const process = processOf(k, f.id);
      if (process === undefined) return k.call(processes.find, { id: f.id }, 'dead');
      const error = refusal(k, process, f.signal);
      if (error === ErrorNumber.EPERM && f.signal === SignalNumber.SIGCONT) return k.goto('session');
      if (error !== 0) return k.fail(error);
      const failed = send(k, process, undefined, f.signal, SignalCode.user, limitOf(f.signal, reply));
      return failed === 0 ? k.done() : k.fail(failed);
    },
    session(k) {
      const { process } = currentProcess(k);
      return k.call(processes.get, { process, field: ProcessField.session }, 'their session');
    },
    'their session'(k, f, reply) {
      f.session = reply.value;
      const process = processOf(k, f.id);
      if (process === undefined) return k.fail(ErrorNumber.ESRCH);
      return k.call(processes.get, { process: process.process, field: ProcessField.session }, 'continue');
    },
    continue(k, f, reply) {
      const process = processOf(k, f.id);
      if (process === undefined) return k.fail(ErrorNumber.ESRCH);
      if (reply.value !== f.session) return k.fail(ErrorNumber.EPERM);
      send(k, process, undefined, f.signal, SignalCode.user, {});
      return k.done();
    },
    /** A zombie can be signalled without effect. */
    dead(k, f, reply) {
      if (reply.error !== 0) return k.fail(ErrorNumber.ESRCH);
      if (f.signal < 0 || f.signal > SIGNAL_COUNT) return k.fail(ErrorNumber.EINVAL);
      return k.call(processes.get, { process: reply.value, field: ProcessField.domain }, 'dead owner');
    },
    'dead owner'(k, _f, reply) {
      return mayReach(k, reply.value) ? k.done() : k.fail(ErrorNumber.EPERM);
    },
    // --- a group, or everybody
    many(k, f) {
      const process = processFrom(k, f.cursor + 1);
      if (process === undefined) return k.goto('end');
      f.cursor = process.id;
      if (f.group !== 0)
        return k.call(processes.get, { process: process.process, field: ProcessField.group }, 'member');
      return k.goto(process.id === 1 || isSelf(k, process) ? 'many' : 'next');
    },
    member(k, f, reply) {
      return k.goto(reply.value === f.group ? 'next' : 'many');
    },
    next(k, f) {
      const process = processById(k, f.cursor);
      if (process === undefined) return k.goto('many');
      f.found += 1;
      const error =
        refusal(k, process, f.signal) || send(k, process, undefined, f.signal, SignalCode.user, {});
      if (error === 0) f.succeeded += 1;
      else if (f.group !== 0 || error !== ErrorNumber.EPERM) f.error = error;
      return k.goto('many');
    },
    end(k, f) {
      if (f.succeeded > 0 || (f.found > 0 && f.error === 0)) return k.done();
      if (f.error !== 0) return k.fail(f.error);
      if (f.group === 0) return k.fail(ErrorNumber.ESRCH);
      return k.call(processes.next, { after: 0, filter: ProcessFilter.group, id: f.group }, 'zombies');
    },
    /** A group of which only zombies are left is there all the same. */
    zombies(k, _f, reply) {
      return reply.value === 0 ? k.fail(ErrorNumber.ESRCH) : k.done();
    },
  },
});

/** Sends a signal to one thread; `group` 0 is any process. */
function sendToThread(
  k: Kernel,
  f: { group: number; id: number; signal: number },
  reply: Reply,
): OutcomeNumber {
  const thread = threadById(k, f.id);
  const process = thread && LinuxProcess.at(k.store, thread.process);
  if (thread === undefined || process === undefined || (f.group !== 0 && process.id !== f.group))
    return k.fail(ErrorNumber.ESRCH);
  const error =
    refusal(k, process, f.signal) ||
    send(k, process, thread, f.signal, SignalCode.thread, limitOf(f.signal, reply));
  return error === 0 ? k.done() : k.fail(error);
}

const tkill = systemCall({
  number: 130,
  name: 'tkill',
  arguments: { id: 'int', signal: 'signal' },
  support: 'full',
  steps: {
    begin(k, f) {
      return f.id <= 0 ? k.fail(ErrorNumber.EINVAL) : askLimit(k, f.signal, 'send');
    },
    send(k, { id, signal }, reply) {
      return sendToThread(k, { group: 0, id, signal }, reply);
    },
  },
});

const tgkill = systemCall({
  number: 131,
  name: 'tgkill',
  arguments: { group: 'int', id: 'int', signal: 'signal' },
  support: 'full',
  steps: {
    begin(k, f) {
      return f.id <= 0 || f.group <= 0 ? k.fail(ErrorNumber.EINVAL) : askLimit(k, f.signal, 'send');
    },
    send(k, f, reply) {
      return sendToThread(k, f, reply);
    },
  },
});

/** Sends a siginfo_t, which lies in the scratch page, as it is; only to oneself may it look like the kernel's or tkill's. */
function sendAsIs(
  k: Kernel,
  process: ProcessView | undefined,
  thread: ThreadView | undefined,
  signal: number,
  reply: Reply,
): OutcomeNumber {
  const { scratch } = currentThread(k);
  const code = k.memory.i32[(scratch + 8) >>> 2] as number;
  if (process === undefined) return k.fail(ErrorNumber.ESRCH);
  if ((code >= 0 || code === SignalCode.thread) && !isSelf(k, process)) return k.fail(ErrorNumber.EPERM);
  const refused = refusal(k, process, signal);
  if (refused !== 0) return k.fail(refused);
  if (signal === 0) return k.done();
  k.memory.write32(scratch, signal);
  const information = { signal, code, sender: 0, user: 0, value: 0 };
  const error = post(k, { process, thread }, information, { ...limitOf(signal, reply), raw: scratch });
  return error === 0 ? k.done() : k.fail(error);
}

function readInformation(k: Kernel, address: number): OutcomeNumber {
  const into = currentThread(k).scratch;
  return readProgram(k, address, into, INFORMATION_BYTES, 'read');
}

const rtSigqueueinfo = systemCall({
  number: 138,
  name: 'rt_sigqueueinfo',
  arguments: { id: 'int', signal: 'signal', information: 'pointer' },
  support: { partial: 'RLIMIT_SIGPENDING counts all users’ signals together; a zombie is not found' },
  steps: {
    begin(k, f) {
      return readInformation(k, f.information);
    },
    read(k, f, reply) {
      return reply.error !== 0 ? k.fail(reply.error) : askLimit(k, f.signal, 'send');
    },
    send(k, f, reply) {
      return sendAsIs(k, processOf(k, f.id), undefined, f.signal, reply);
    },
  },
});

const rtTgsigqueueinfo = systemCall({
  number: 240,
  name: 'rt_tgsigqueueinfo',
  arguments: { group: 'int', id: 'int', signal: 'signal', information: 'pointer' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.id <= 0 || f.group <= 0) return k.fail(ErrorNumber.EINVAL);
      return readInformation(k, f.information);
    },
    read(k, f, reply) {
      return reply.error !== 0 ? k.fail(reply.error) : askLimit(k, f.signal, 'send');
    },
    send(k, f, reply) {
      const thread = threadById(k, f.id);
      const process = thread && LinuxProcess.at(k.store, thread.process);
      const right = process?.id === f.group ? process : undefined;
      return sendAsIs(k, right, thread, f.signal, reply);
    },
  },
});

export const killCalls: readonly SystemCall[] = [kill, tkill, tgkill, rtSigqueueinfo, rtTgsigqueueinfo];
