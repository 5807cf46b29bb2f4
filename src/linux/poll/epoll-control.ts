/** epoll_create1 and epoll_ctl (epoll(7)): lists of interests in descriptions, made and changed. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, serviceInterface } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { OpenFlag } from '../../services/files/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { opening } from '../calls/opening.ts';
import { CLOSE_ON_EXEC, openFileAt } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { createOpenFile, settle, settleError, takeFile } from '../open-files.ts';
import { OpenKind } from '../records.ts';
import { currentThread } from '../state.ts';
import {
  addInterest,
  createEpoll,
  findInterest,
  type InterestView,
  interestAt,
  interestsOf,
  removeInterest,
  watchQueue,
} from './interests.ts';
import { polling } from './waiting.ts';

/** EPOLL_CTL_*. */
const Command = { add: 1, remove: 2, change: 3 } as const;
/** Bits of an interest that are not events: only once, and at changes only. */
export const EpollFlag = {
  exclusive: 0x1000_0000,
  wakeUp: 0x2000_0000,
  once: 0x4000_0000,
  edge: 0x8000_0000,
} as const;
/** struct epoll_event of riscv64: events, four bytes of nothing, a word of the program's. */
export const EVENT_BYTES = 16;
/** Lists in lists in lists (EP_MAX_NESTS). */
const MOST_NESTED = 4;
/** What may be asked for together with EPOLLEXCLUSIVE. */
const EXCLUSIVE_EVENTS = 0x0000_001d;

const controlling = serviceInterface('linux', {
  /** The caller holds both descriptions; the program's structure is in the first scratch page. */
  control: { list: 'number', file: 'number', descriptor: 'number', command: 'number' },
});

const POLLABLE: readonly number[] = [
  OpenKind.pipe,
  OpenKind.terminal,
  OpenKind.event,
  OpenKind.socket,
  OpenKind.epoll,
  OpenKind.timer,
  OpenKind.signals,
];

/** How deep lists are in each other below a list; more than is allowed when `sought` is among them. */
function depth(k: Kernel, list: PhysicalAddress, sought: PhysicalAddress, level: number): number {
  if (list === sought || level > MOST_NESTED) return MOST_NESTED + 1;
  let deepest = 0;
  for (const { file } of interestsOf(k, list)) {
    const { kind, object } = openFileAt(k, file);
    if (kind === OpenKind.epoll) deepest = Math.max(deepest, 1 + depth(k, object, sought, level + 1));
  }
  return deepest;
}

/** Takes what is asked for out of the structure in the scratch page. Errors and hang-ups are always asked for. */
function ask(k: Kernel, interest: InterestView): void {
  const at = currentThread(k).scratch;
  interest.events = (k.memory.read32(at) | 0x18) >>> 0;
  interest.dataLow = k.memory.read32(at + 8);
  interest.dataHigh = k.memory.read32(at + 12);
}

interface ControlFrame {
  readonly list: number;
  readonly file: number;
  readonly descriptor: number;
  readonly command: number;
  interest: number;
}

/** Asks for the queue of an interest, which must be looked at in any case. */
function look(k: Kernel, f: ControlFrame, interest: InterestView): OutcomeNumber {
  ask(k, interest);
  interest.users += 1;
  f.interest = interest.address;
  return k.call(polling.pollFile, { file: f.file }, 'polled');
}

function add(k: Kernel, f: ControlFrame): OutcomeNumber {
  const file = openFileAt(k, f.file);
  if (file.kind === OpenKind.epoll && depth(k, file.object, f.list, 1) >= MOST_NESTED)
    return k.fail(ErrorNumber.ELOOP);
  const interest = addInterest(k, f.list, f.descriptor, file);
  return interest === undefined ? k.fail(ErrorNumber.ENOMEM) : look(k, f, interest);
}

const control = operation(controlling.control, ['interest'], {
  begin(k, f) {
    const found = findInterest(k, f.list, f.descriptor, f.file);
    if (f.command === Command.add) return found === undefined ? add(k, f) : k.fail(ErrorNumber.EEXIST);
    if (found === undefined) return k.fail(ErrorNumber.ENOENT);
    if (f.command === Command.change) {
      const exclusive =
        ((found.events | k.memory.read32(currentThread(k).scratch)) & EpollFlag.exclusive) !== 0;
      return exclusive ? k.fail(ErrorNumber.EINVAL) : look(k, f, found);
    }
    removeInterest(k, found);
    return k.done();
  },
  polled(k, f, reply) {
    const interest = interestAt(k, f.interest);
    interest.users -= 1;
    if (interest.gone === 1) {
      if (interest.users === 0) k.slab.release(f.interest);
      return k.done();
    }
    if (!watchQueue(k, interest, reply.second)) {
      removeInterest(k, interest);
      return k.fail(ErrorNumber.ENOMEM);
    }
    // Something may have happened before the queue was watched.
    if (interest.watch !== 0) k.fire(interest.watch);
    return k.done();
  },
});

/** What is wrong with the pair of descriptions, in Linux's order, or 0. */
function refusal(k: Kernel, list: PhysicalAddress, file: PhysicalAddress, command: number): number {
  const target = openFileAt(k, file);
  if (!POLLABLE.includes(target.kind)) return ErrorNumber.EPERM;
  if (list === file || openFileAt(k, list).kind !== OpenKind.epoll) return ErrorNumber.EINVAL;
  if (command < Command.add || command > Command.change) return ErrorNumber.EINVAL;
  if (command === Command.remove) return 0;
  const events = k.memory.read32(currentThread(k).scratch);
  if ((events & EpollFlag.exclusive) === 0) return 0;
  const known = EXCLUSIVE_EVENTS | EpollFlag.exclusive | EpollFlag.wakeUp | EpollFlag.edge;
  return target.kind === OpenKind.epoll || (events & ~known) !== 0 ? ErrorNumber.EINVAL : 0;
}

const epollCtl = systemCall({
  number: 21,
  name: 'epoll_ctl',
  arguments: { list: 'descriptor', command: 'int', descriptor: 'descriptor', event: 'pointer' },
  support: { partial: 'EPOLLEXCLUSIVE wakes as if it were not there; EPOLLWAKEUP has no effect' },
  locals: ['held', 'node', 'target', 'error'],
  steps: {
    begin(k, f) {
      if (f.command === Command.remove) return k.goto('take');
      const into = currentThread(k).scratch;
      return k.call(internal.readUser, { address: f.event, into, length: EVENT_BYTES }, 'read');
    },
    read(k, _f, reply) {
      return reply.error !== 0 ? k.fail(reply.error) : k.goto('take');
    },
    take(k, f) {
      const list = takeFile(k, f.list);
      if (list === undefined) return k.fail(ErrorNumber.EBADF);
      f.held = list.address;
      const target = takeFile(k, f.descriptor);
      if (target === undefined) return settleError(k, f, ErrorNumber.EBADF);
      f.target = target.address;
      f.error = refusal(k, f.held, f.target, f.command);
      if (f.error !== 0) return k.call(internal.closeFile, { file: f.target }, 'left');
      const { descriptor, command } = f;
      const request = { list: list.object, file: f.target, descriptor, command };
      return k.call(controlling.control, request, 'controlled');
    },
    controlled(k, f, reply) {
      f.error = reply.error;
      return k.call(internal.closeFile, { file: f.target }, 'left');
    },
    left(k, f) {
      return settleError(k, f, f.error);
    },
    finish(k, f, reply) {
      return settle(k, f, reply);
    },
  },
});

const epollCreate = systemCall({
  number: 20,
  name: 'epoll_create1',
  arguments: { flags: 'flags' },
  support: 'full',
  steps: {
    begin(k, f) {
      if ((f.flags & ~OpenFlag.closeOnExec) !== 0) return k.fail(ErrorNumber.EINVAL);
      const object = createEpoll(k);
      if (object === 0) return k.fail(ErrorNumber.ENOMEM);
      const on = { kind: OpenKind.epoll, node: 0, object, end: 0, flags: OpenFlag.readWrite };
      const file = createOpenFile(k, on);
      if (file === 0) {
        k.slab.release(object);
        return k.fail(ErrorNumber.ENOMEM);
      }
      return k.call(opening.installFile, { file, flags: f.flags === 0 ? 0 : CLOSE_ON_EXEC }, 'finish');
    },
    finish(k, _f, reply) {
      return k.pass(reply);
    },
  },
});

export const epollControlOperations: readonly Operation[] = [control];
export const epollControlCalls: readonly SystemCall[] = [epollCreate, epollCtl];
