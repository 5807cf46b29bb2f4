/** Who a process is: numbers of processes, groups and sessions, users and groups, resource limits and usage. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { memory } from '../../services/memory/interface.ts';
import { UsageFigures } from '../../services/processes/figures.ts';
import { CredentialCall, ProcessField, processes } from '../../services/processes/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { internal } from '../internal.ts';
import { stillThere } from '../processes/directory.ts';
import { limitsMemory } from '../processes/memory-limits.ts';
import { leave, visit } from '../procfs/visit.ts';
import { Resource } from '../resources.ts';
import { currentProcess, currentThread, ownSpan } from '../state.ts';
import { limitProcessor } from '../time/processor-limit.ts';
import { putUsage, USAGE_BYTES } from '../usage.ts';
import { forwarded, immediate } from './simple.ts';

/** A call about a process by number, 0 being the caller: what a field of it is. */
function fieldOf(number: number, name: string, field: number): SystemCall {
  return systemCall({
    number,
    name,
    arguments: { id: 'int' },
    support: 'full',
    steps: {
      begin(k, f) {
        if (f.id === 0) return k.call(processes.get, { process: currentProcess(k).process, field }, 'finish');
        return k.call(processes.find, { id: f.id }, 'found');
      },
      found(k, _f, reply) {
        if (reply.error !== 0) return k.fail(reply.error);
        return k.call(processes.get, { process: reply.value, field }, 'finish');
      },
      finish(k, _f, reply) {
        return k.pass(reply);
      },
    },
  });
}

function identityCall(number: number, name: string, call: number, count: 1 | 2 | 3): SystemCall {
  const schema = { first: 'unsigned', second: 'unsigned', third: 'unsigned' } as const;
  const names = Object.keys(schema).slice(0, count) as readonly (keyof typeof schema)[];
  const used = Object.fromEntries(names.map((argument) => [argument, schema[argument]])) as typeof schema;
  return forwarded(number, name, used, processes.setIdentity, (k, f) => ({
    process: currentProcess(k).process,
    call,
    first: f.first,
    second: count > 1 ? f.second : 0,
    third: count > 2 ? f.third : 0,
  }));
}

/** getresuid and getresgid: three numbers to three places. */
function threeNumbers(number: number, name: string, numbers: (k: Kernel) => readonly number[]): SystemCall {
  return systemCall({
    number,
    name,
    arguments: { real: 'pointer', effective: 'pointer', saved: 'pointer' },
    support: 'full',
    locals: ['index'],
    steps: {
      begin(k, f) {
        const places = [f.real, f.effective, f.saved];
        const address = places[f.index];
        if (address === undefined) return k.done();
        const { scratch } = currentThread(k);
        k.memory.write32(scratch, numbers(k)[f.index] as number);
        f.index += 1;
        return k.call(internal.writeUser, { address, from: scratch, length: 4 }, 'written');
      },
      written(k, _f, reply) {
        return reply.error === 0 ? k.goto('begin') : k.fail(reply.error);
      },
    },
  });
}

const LIMIT_BYTES = 16;
const NO_LIMIT = 0xffff_ffff;

function putLimit(k: Kernel, at: number, value: number): void {
  const none = value === Number.POSITIVE_INFINITY;
  k.memory.write32(at, none ? NO_LIMIT : value >>> 0);
  k.memory.write32(at + 4, none ? NO_LIMIT : Math.floor(value / 2 ** 32) >>> 0);
}

function takeLimit(k: Kernel, at: number): number {
  const [low, high] = [k.memory.read32(at), k.memory.read32(at + 4)];
  if (high >= 0x8000_0000) return Number.POSITIVE_INFINITY;
  return high * 2 ** 32 + low;
}

/** prlimit64, and by it getrlimit and setrlimit: the old limits go out, then the new ones come in. */
const limitSteps = {
  limits(k: Kernel, f: LimitFrame) {
    if (f.newLimit === 0) return k.goto('old');
    const into = currentThread(k).scratch + LIMIT_BYTES;
    return k.call(internal.readUser, { address: f.newLimit, into, length: LIMIT_BYTES }, 'new read');
  },
  'new read'(k: Kernel, _f: LimitFrame, reply: { error: number }) {
    return reply.error === 0 ? k.goto('old') : k.fail(reply.error);
  },
  old(k: Kernel, f: LimitFrame) {
    return k.call(processes.limit, { process: f.process, resource: f.resource }, 'old read');
  },
  'old read'(k: Kernel, f: LimitFrame, reply: { value: number; second: number; error: number }) {
    if (reply.error !== 0) return k.fail(reply.error);
    const { scratch } = currentThread(k);
    putLimit(k, scratch, reply.value);
    putLimit(k, scratch + 8, reply.second);
    if (f.newLimit === 0) return k.goto('tell');
    const soft = takeLimit(k, scratch + LIMIT_BYTES);
    const hard = takeLimit(k, scratch + LIMIT_BYTES + 8);
    return k.call(processes.setLimit, { process: f.process, resource: f.resource, soft, hard }, 'set');
  },
  set(k: Kernel, f: LimitFrame, reply: { error: number }) {
    if (reply.error !== 0) return k.fail(reply.error);
    const process = stillThere(k, f.target);
    if (process === undefined) return k.goto('tell');
    const at = currentThread(k).scratch + LIMIT_BYTES;
    if (f.resource === Resource.cpu) limitProcessor(k, process, takeLimit(k, at), takeLimit(k, at + 8));
    if (!limitsMemory(f.resource) || process.space === 0) return k.goto('tell');
    visit(k, process.id);
    return k.call(internal.limitMemory, { process: f.process, space: process.space }, 'bounded');
  },
  bounded(k: Kernel, f: LimitFrame) {
    leave(k, f.target);
    return k.goto('tell');
  },
  tell(k: Kernel, f: LimitFrame) {
    if (f.oldLimit === 0) return k.done();
    const from = currentThread(k).scratch;
    return k.call(internal.writeUser, { address: f.oldLimit, from, length: LIMIT_BYTES }, 'finish');
  },
  finish(k: Kernel, _f: LimitFrame, reply: { error: number }) {
    return reply.error === 0 ? k.done() : k.fail(reply.error);
  },
};

interface LimitFrame {
  readonly resource: number;
  newLimit: number;
  oldLimit: number;
  process: number;
  /** The LinuxProcess meant, when limits are set. */
  target: number;
}

const prlimit = systemCall({
  number: 261,
  name: 'prlimit64',
  arguments: { id: 'int', resource: 'unsigned', newLimit: 'pointer', oldLimit: 'pointer' },
  support: 'full',
  locals: ['process', 'target'],
  steps: {
    begin(k, f) {
      f.process = currentProcess(k).process;
      f.target = currentProcess(k).address;
      if (f.id === 0 || f.id === currentProcess(k).id) return k.goto('limits');
      return k.call(processes.find, { id: f.id }, 'found');
    },
    found(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      if (k.credentials.effectiveUser !== 0) return k.fail(ErrorNumber.EPERM);
      f.process = reply.value;
      f.target = reply.second;
      return k.goto('limits');
    },
    ...limitSteps,
  },
});

const getrlimit = systemCall({
  number: 163,
  name: 'getrlimit',
  arguments: { resource: 'unsigned', oldLimit: 'pointer' },
  support: 'full',
  locals: ['process', 'newLimit', 'target'],
  steps: {
    begin(k, f) {
      f.process = currentProcess(k).process;
      return k.goto('limits');
    },
    ...limitSteps,
  },
});

const setrlimit = systemCall({
  number: 164,
  name: 'setrlimit',
  arguments: { resource: 'unsigned', newLimit: 'pointer' },
  support: 'full',
  locals: ['process', 'oldLimit', 'target'],
  steps: {
    begin(k, f) {
      f.process = currentProcess(k).process;
      f.target = currentProcess(k).address;
      return k.goto('limits');
    },
    ...limitSteps,
  },
});

const Whose: { readonly [who: number]: number } = { 0: 0, [-1]: 1, 1: 2 };

const getrusage = systemCall({
  number: 165,
  name: 'getrusage',
  arguments: { who: 'int', usage: 'pointer' },
  locals: ['peak'],
  support: { partial: 'times, page faults and the largest size; other fields are 0' },
  steps: {
    begin(k, f) {
      const whose = Whose[f.who];
      if (whose === undefined) return k.fail(ErrorNumber.EINVAL);
      const into = ownSpan(currentThread(k).scratch + USAGE_BYTES, UsageFigures.size);
      return k.call(processes.usage, { process: currentProcess(k).process, whose, into }, 'known');
    },
    known(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      // The space that the process is in is its own figure's part; that of its children is past.
      if (f.who < 0) return k.goto('tell');
      return k.call(memory.present, { space: currentProcess(k).space }, 'present');
    },
    present(k, f, reply) {
      f.peak = reply.second;
      return k.goto('tell');
    },
    tell(k, f) {
      const { scratch } = currentThread(k);
      const figures = UsageFigures.at(k.store, scratch + USAGE_BYTES);
      figures.peakPages = Math.max(figures.peakPages, f.peak);
      putUsage(k, scratch, figures);
      return k.call(internal.writeUser, { address: f.usage, from: scratch, length: USAGE_BYTES }, 'finish');
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done() : k.fail(reply.error);
    },
  },
});

/** Groups beside the own one that a process may be in (processes' credentials). */
const MOST_GROUPS = 32;
const GROUP_BYTES = 4;

function groupsRequest(k: Kernel, set: number, count: number) {
  const list = ownSpan(currentThread(k).scratch, MOST_GROUPS * GROUP_BYTES);
  return { process: currentProcess(k).process, set, count, list };
}

const getgroups = systemCall({
  number: 158,
  name: 'getgroups',
  arguments: { count: 'int', list: 'pointer' },
  support: 'full',
  locals: ['found'],
  steps: {
    begin(k, f) {
      if (f.count < 0) return k.fail(ErrorNumber.EINVAL);
      return k.call(processes.groups, groupsRequest(k, 0, f.count), 'known');
    },
    known(k, f, reply) {
      if (reply.error !== 0 || f.count === 0 || reply.value === 0) return k.pass(reply);
      f.found = reply.value;
      const from = currentThread(k).scratch;
      return k.call(internal.writeUser, { address: f.list, from, length: f.found * GROUP_BYTES }, 'finish');
    },
    finish(k, f, reply) {
      return reply.error === 0 ? k.done(f.found) : k.fail(reply.error);
    },
  },
});

const setgroups = systemCall({
  number: 159,
  name: 'setgroups',
  arguments: { count: 'int', list: 'pointer' },
  support: { partial: `at most ${MOST_GROUPS} groups` },
  steps: {
    begin(k, f) {
      if (k.credentials.effectiveUser !== 0) return k.fail(ErrorNumber.EPERM);
      if (f.count < 0 || f.count > MOST_GROUPS) return k.fail(ErrorNumber.EINVAL);
      if (f.count === 0) return k.goto('set');
      const into = currentThread(k).scratch;
      return k.call(internal.readUser, { address: f.list, into, length: f.count * GROUP_BYTES }, 'read');
    },
    read(k, _f, reply) {
      return reply.error === 0 ? k.goto('set') : k.fail(reply.error);
    },
    set(k, f) {
      return k.call(processes.groups, groupsRequest(k, 1, f.count), 'finish');
    },
    finish(k, _f, reply) {
      return k.pass(reply);
    },
  },
});

const own = (field: number) => (k: Kernel) => ({ process: currentProcess(k).process, field });

export const identityCalls: readonly SystemCall[] = [
  immediate(172, 'getpid', {}, (k) => k.done(currentProcess(k).id)),
  immediate(178, 'gettid', {}, (k) => k.done(currentThread(k).id)),
  forwarded(173, 'getppid', {}, processes.get, own(ProcessField.parent)),
  fieldOf(155, 'getpgid', ProcessField.group),
  fieldOf(156, 'getsid', ProcessField.session),
  forwarded(154, 'setpgid', { id: 'int', group: 'int' }, processes.setGroup, (k, { id, group }) => ({
    caller: currentProcess(k).process,
    id,
    group,
  })),
  forwarded(157, 'setsid', {}, processes.setSession, (k) => ({ process: currentProcess(k).process })),
  immediate(174, 'getuid', {}, (k) => k.done(k.credentials.user)),
  immediate(175, 'geteuid', {}, (k) => k.done(k.credentials.effectiveUser)),
  immediate(176, 'getgid', {}, (k) => k.done(k.credentials.group)),
  immediate(177, 'getegid', {}, (k) => k.done(k.credentials.effectiveGroup)),
  identityCall(146, 'setuid', CredentialCall.setUser, 1),
  identityCall(145, 'setreuid', CredentialCall.setRealEffectiveUser, 2),
  identityCall(147, 'setresuid', CredentialCall.setAllUsers, 3),
  identityCall(151, 'setfsuid', CredentialCall.setFilesystemUser, 1),
  identityCall(144, 'setgid', CredentialCall.setGroup, 1),
  identityCall(143, 'setregid', CredentialCall.setRealEffectiveGroup, 2),
  identityCall(149, 'setresgid', CredentialCall.setAllGroups, 3),
  identityCall(152, 'setfsgid', CredentialCall.setFilesystemGroup, 1),
  threeNumbers(148, 'getresuid', ({ credentials: c }) => [c.user, c.effectiveUser, c.savedUser]),
  threeNumbers(150, 'getresgid', ({ credentials: c }) => [c.group, c.effectiveGroup, c.savedGroup]),
  getgroups,
  setgroups,
  prlimit,
  getrlimit,
  setrlimit,
  getrusage,
];
