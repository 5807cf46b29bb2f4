/**
 * epoll_pwait and epoll_pwait2: what has happened to the descriptions in a list.
 *
 * Only those whose watches have fired are asked, one after the other. What has events and is not for changes only is put
 * back when the call ends, so that the next call asks it again.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, serviceInterface, WakeReason } from '../../contracts/service.ts';
import { NEVER } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { PollEvent } from '../../services/pipes/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { openFileAt } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { dropHold, type Hands, settle, settleError, settleValue, takeFile } from '../open-files.ts';
import { OpenKind } from '../records.ts';
import { currentThread } from '../state.ts';
import { cyclesOf, shownNow } from '../time/values.ts';
import { EpollFlag, EVENT_BYTES } from './epoll-control.ts';
import { epollAt, interestAt, leaveInterest, readyOf, watchQueue } from './interests.ts';
import { listing } from './listing.ts';
import { endMask } from './mask.ts';
import { moments } from './moments.ts';
import { WORK } from './records.ts';
import { polling } from './waiting.ts';

/** Events told in one call at most: as many as fit the lower half of the scratch page. The others are told next time. */
const MOST_TOLD = WORK / EVENT_BYTES;
/** Event counts that are too large to be meant (EP_MAX_EVENTS). */
const MOST_EVENTS = 0x7fff_ffff / EVENT_BYTES;

const collecting = serviceInterface('linux', {
  /** Leaves up to `most` events in the first scratch page, waiting until `until`. Value: how many; second: 1 when a signal came first. */
  collect: { list: 'number', most: 'number', until: 'number' },
});

interface CollectFrame {
  readonly list: number;
  readonly most: number;
  readonly until: number;
  count: number;
  interest: number;
  /** Those to be looked at again: the first, by `nextTold`. */
  told: number;
}

/** Finds the next interest that may have something; 0 when none has. */
function next(k: Kernel, f: CollectFrame): number {
  const watch = k.watches.take(epollAt(k, f.list).ready);
  return watch === 0 ? 0 : k.watches.wordOf(watch);
}

/** Asks the description of the next interest, or says that there is none. */
function advance(k: Kernel, f: CollectFrame): OutcomeNumber {
  f.interest = f.count === f.most ? 0 : next(k, f);
  if (f.interest === 0) return k.goto('seen');
  const interest = interestAt(k, f.interest);
  interest.users += 1;
  openFileAt(k, interest.file).references += 1;
  return k.call(polling.pollFile, { file: interest.file }, 'polled');
}

/** Puts an event of an interest behind the others. */
function put(k: Kernel, f: CollectFrame, events: number): void {
  const { dataLow, dataHigh } = interestAt(k, f.interest);
  const at = currentThread(k).scratch + f.count * EVENT_BYTES;
  k.memory.write32(at, events);
  k.memory.write32(at + 4, 0);
  k.memory.write32(at + 8, dataLow);
  k.memory.write32(at + 12, dataHigh);
  f.count += 1;
}

/** What becomes of an interest whose description has such events. True when this call still has it. */
function judge(k: Kernel, f: CollectFrame, events: number, queue: number): boolean {
  const interest = interestAt(k, f.interest);
  const found = events & interest.events & 0xffff;
  if (interest.gone === 1 || found === 0) return false;
  watchQueue(k, interest, queue);
  put(k, f, found);
  if ((interest.events & EpollFlag.once) !== 0) {
    interest.events = 0;
    return false;
  }
  if ((interest.events & EpollFlag.edge) !== 0) return false;
  interest.nextTold = f.told;
  f.told = f.interest;
  return true;
}

/** What has been told of is looked at again by the next call. */
function putBack(k: Kernel, f: CollectFrame): void {
  // The list was built backwards; their order is kept.
  let first = 0;
  for (let at = f.told; at !== 0; ) {
    const interest = interestAt(k, at);
    const after = interest.nextTold;
    interest.nextTold = first;
    first = at;
    at = after;
  }
  f.told = 0;
  for (let at = first; at !== 0; ) {
    const interest = interestAt(k, at);
    at = interest.nextTold;
    if (interest.gone === 0 && interest.watch !== 0) k.watches.mark(interest.watch);
    leaveInterest(k, interest);
  }
}

/** The call ends; what is left is somebody else's to hear of. */
function end(k: Kernel, f: CollectFrame, interrupted: number): OutcomeNumber {
  putBack(k, f);
  const ready = readyOf(k, f.list);
  if (ready.first !== 0) k.wake(ready.sleepers, 1);
  return k.done(f.count, f.count === 0 ? interrupted : 0);
}

const collect = operation(collecting.collect, ['count', 'interest', 'told'], {
  begin: advance,
  polled(k, f, reply) {
    const interest = interestAt(k, f.interest);
    const { file } = interest;
    if (!judge(k, f, reply.value, reply.second)) leaveInterest(k, interest);
    return dropHold(k, file) ? k.goto('begin') : k.call(internal.closeFile, { file }, 'begin');
  },
  seen(k, f) {
    if (f.count > 0 || f.until <= k.now) return end(k, f, 0);
    if (readyOf(k, f.list).first !== 0) return k.goto('begin');
    return k.wait([readyOf(k, f.list).sleepers], f.until, 'woken');
  },
  woken(k, f, reply) {
    if (reply.value === WakeReason.interrupted) return end(k, f, 1);
    return reply.value === WakeReason.deadline ? end(k, f, 0) : k.goto('begin');
  },
});

/** Asks those that may have events until one has; what has none needs no second look. */
const pollList = operation(listing.pollList, ['interest', 'last'], {
  begin(k, f) {
    const { ready } = epollAt(k, f.list);
    const { polls, first } = readyOf(k, f.list);
    if (first === 0) return k.done(0, polls);
    const watch = k.watches.take(ready);
    f.interest = k.watches.wordOf(watch);
    const interest = interestAt(k, f.interest);
    interest.users += 1;
    openFileAt(k, interest.file).references += 1;
    return k.call(polling.pollFile, { file: interest.file }, 'polled');
  },
  polled(k, f, reply) {
    const interest = interestAt(k, f.interest);
    const { file } = interest;
    const found = interest.gone === 0 && (reply.value & interest.events & 0xffff) !== 0;
    f.last = found ? 1 : 0;
    if (found && interest.watch !== 0) k.watches.mark(interest.watch);
    leaveInterest(k, interest);
    return dropHold(k, file) ? k.goto('looked') : k.call(internal.closeFile, { file }, 'looked');
  },
  looked(k, f) {
    if (f.last === 0) return k.goto('begin');
    return k.done(PollEvent.in | PollEvent.readNormal, readyOf(k, f.list).polls);
  },
});

/** The instant at which a wait of milliseconds is over; a negative number is for ever. */
function endOf(k: Kernel, timeout: number): number {
  if (timeout < 0) return NEVER;
  if (timeout === 0) return 0;
  const seconds = Math.floor(timeout / 1000);
  return shownNow(k) + cyclesOf(k, { seconds, nanoseconds: (timeout - seconds * 1000) * 1_000_000 });
}

interface WaitFrame extends Hands {
  readonly list: number;
  readonly most: number;
  readonly until: number;
  readonly masked: number;
}

/** Holds the list and waits for it; the mask is in force by then. */
function begin(k: Kernel, f: WaitFrame): OutcomeNumber {
  const sensible = f.most > 0 && f.most <= MOST_EVENTS;
  const list = takeFile(k, f.list);
  f.held = list?.address ?? 0;
  if (sensible && list !== undefined && list.kind === OpenKind.epoll) {
    const most = Math.min(f.most, MOST_TOLD);
    return k.call(collecting.collect, { list: list.object, most, until: f.until }, 'collected');
  }
  endMask(k, f.masked, 0);
  const error = sensible && list === undefined ? ErrorNumber.EBADF : ErrorNumber.EINVAL;
  return list === undefined ? k.fail(error) : settleError(k, f, error);
}

function waitCall(number: number, name: string, precise: boolean): SystemCall {
  return systemCall({
    number,
    name,
    arguments: {
      list: 'descriptor',
      events: 'pointer',
      most: 'int',
      timeout: precise ? 'pointer' : 'int',
      mask: 'pointer',
      size: 'size',
    },
    support: 'full',
    locals: ['held', 'node', 'until', 'masked', 'count', 'interrupted'],
    steps: {
      begin(k, f) {
        if (precise) return k.call(moments.readTimeout, { address: f.timeout }, 'timed');
        f.until = endOf(k, f.timeout);
        return k.goto('take');
      },
      timed(k, f, reply) {
        if (reply.error !== 0) return k.fail(reply.error);
        f.until = reply.value;
        return k.goto('take');
      },
      take(k, f) {
        return k.call(moments.maskSignals, { address: f.mask, size: f.size }, 'masked');
      },
      masked(k, f, reply) {
        if (reply.error !== 0) return k.fail(reply.error);
        f.masked = reply.value;
        return begin(k, f);
      },
      collected(k, f, reply) {
        f.count = reply.value;
        f.interrupted = reply.second;
        endMask(k, f.masked, f.interrupted);
        if (f.interrupted === 1) return settleError(k, f, ErrorNumber.EINTR);
        if (f.count === 0) return settleValue(k, f, 0);
        const from = currentThread(k).scratch;
        return k.call(internal.writeUser, { address: f.events, from, length: f.count * EVENT_BYTES }, 'told');
      },
      told(k, f, reply) {
        return reply.error === 0 ? settleValue(k, f, f.count) : settleError(k, f, reply.error);
      },
      finish(k, f, reply) {
        return settle(k, f, reply);
      },
    },
  });
}

export const epollWaitingOperations: readonly Operation[] = [collect, pollList];
export const epollWaitingCalls: readonly SystemCall[] = [
  waitCall(22, 'epoll_pwait', false),
  waitCall(441, 'epoll_pwait2', true),
];
