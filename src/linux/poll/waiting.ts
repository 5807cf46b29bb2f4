/**
 * Waiting for several descriptions at once.
 *
 * Each is asked for its events and for the queue that is woken when they may have changed. Asking takes many steps, so a
 * change may come in between: queues count their wakings, and the thread sleeps only if none has been woken since before it
 * asked last. All descriptions are held meanwhile.
 */
import { type OutcomeNumber, type Reply, serviceInterface, WakeReason } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { WaitQueue } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { network } from '../../services/network/interface.ts';
import { PollEvent, pipes } from '../../services/pipes/interface.ts';
import { terminal } from '../../services/terminal/interface.ts';
import { lookUp, openFileAt } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { dropHold, takeFile } from '../open-files.ts';
import { OpenKind } from '../records.ts';
import { currentProcess } from '../state.ts';
import { pollEvent } from './events.ts';
import { listing } from './listing.ts';
import { entryAt } from './records.ts';
import { pollSignals } from './signal-files.ts';
import { pollTimer } from './timer-files.ts';

export const polling = serviceInterface('linux', {
  /** Waits until an entry of the table has events that count, or `until`. Value: how many have; second: 1 when a signal came first. ENOMEM. */
  waitForFiles: { count: 'number', until: 'number' },
  /** What stands behind a description, which the caller holds. Value: its events; second: the queue that is woken when they may have changed, or 0. */
  pollFile: { file: 'number' },
});

/** POLLNVAL: the descriptor is not open. */
export const NOT_OPEN = 0x20;
const ALWAYS = PollEvent.in | PollEvent.out | PollEvent.readNormal | PollEvent.writeNormal;
/** Entries looked at in one step at most. */
const PORTION = 64;

interface WaitFrame {
  readonly count: number;
  until: number;
  index: number;
  ready: number;
  /** 1 once the queues of all entries are known and their counts taken. */
  sampled: number;
  interrupted: number;
}

/** Finds and holds the descriptions of some entries. */
function hold(k: Kernel, f: WaitFrame): void {
  const stop = Math.min(f.count, f.index + PORTION);
  for (; f.index < stop; f.index += 1) {
    const entry = entryAt(k, f.index);
    if (entry.descriptor < 0) continue;
    entry.file = takeFile(k, entry.descriptor)?.address ?? 0;
  }
}

/** Asks what stands behind a description; undefined when the answer is known at once. */
function askFile(k: Kernel, file: PhysicalAddress): OutcomeNumber | undefined {
  const { kind, object, end } = openFileAt(k, file);
  if (kind === OpenKind.epoll) return k.call(listing.pollList, { list: object }, 'polled');
  if (kind === OpenKind.pipe) return k.call(pipes.poll, { pipe: object, end }, 'polled');
  if (kind === OpenKind.socket) return k.call(network.poll, { socket: object }, 'polled');
  if (kind === OpenKind.terminal) return k.call(terminal.poll, { stream: object }, 'polled');
  return undefined;
}

function take(k: Kernel, f: WaitFrame, events: number, queue: PhysicalAddress): void {
  const entry = entryAt(k, f.index);
  entry.found = events & entry.counted;
  entry.queue = queue;
  if (entry.found !== 0) f.ready += 1;
  f.index += 1;
}

/** Kinds of descriptions that tell their events at once. */
const POLLS: {
  readonly [kind: number]: (k: Kernel, object: PhysicalAddress) => { found: number; queue: PhysicalAddress };
} = {
  [OpenKind.event]: pollEvent,
  [OpenKind.timer]: pollTimer,
  [OpenKind.signals]: pollSignals,
};

/** The events of a description that tells them at once. */
function readyAtOnce(k: Kernel, file: PhysicalAddress): { found: number; queue: PhysicalAddress } {
  const { kind, object } = openFileAt(k, file);
  return POLLS[kind]?.(k, object) ?? { found: ALWAYS, queue: 0 };
}

function takeReady(k: Kernel, f: WaitFrame, file: PhysicalAddress): void {
  const { found, queue } = readyAtOnce(k, file);
  take(k, f, found, queue);
}

const pollFile = operation(polling.pollFile, [], {
  begin(k, f) {
    const asked = askFile(k, f.file);
    if (asked !== undefined) return asked;
    const { found, queue } = readyAtOnce(k, f.file);
    return k.done(found, queue);
  },
  polled(k, _f, reply) {
    return k.pass(reply);
  },
});

/** Looks at entries until one must be asked elsewhere, or all have been seen. */
function scan(k: Kernel, f: WaitFrame): OutcomeNumber {
  const { descriptors } = currentProcess(k);
  const stop = Math.min(f.count, f.index + PORTION);
  while (f.index < stop) {
    const { descriptor, file } = entryAt(k, f.index);
    // One that was closed meanwhile is told as such when the thread looks the next time.
    const open = file !== 0 && lookUp(k, descriptors, descriptor) !== 0;
    const asked = open ? askFile(k, file) : undefined;
    if (asked !== undefined) return asked;
    if (open) takeReady(k, f, file);
    else take(k, f, descriptor < 0 ? 0 : NOT_OPEN, 0);
  }
  return k.goto(f.index < f.count ? 'scan' : 'scanned');
}

/** Takes the counts of all queues, or says whether they are still what they were. */
function sample(k: Kernel, count: number, compare: boolean): boolean {
  let same = true;
  for (let index = 0; index < count; index++) {
    const entry = entryAt(k, index);
    if (entry.queue === 0) continue;
    const { wakes } = WaitQueue.at(k.store, entry.queue);
    if (compare) same = same && entry.sample === wakes;
    else entry.sample = wakes;
  }
  return same;
}

function queuesOf(k: Kernel, count: number): number[] {
  const queues = new Set<number>();
  for (let index = 0; index < count; index++) {
    const { queue } = entryAt(k, index);
    if (queue !== 0) queues.add(queue);
  }
  return [...queues];
}

function rescan(k: Kernel, f: WaitFrame): OutcomeNumber {
  f.index = 0;
  f.ready = 0;
  return k.goto('scan');
}

const wait = operation(polling.waitForFiles, ['index', 'ready', 'sampled', 'interrupted', 'error'], {
  begin(k, f) {
    hold(k, f);
    if (f.index < f.count) return k.goto('begin');
    return rescan(k, f);
  },
  scan,
  polled(k, f, reply: Reply) {
    take(k, f, reply.value, reply.second);
    return scan(k, f);
  },
  scanned(k, f) {
    if (f.ready > 0 || f.interrupted === 1 || f.until <= k.now) return k.goto('release');
    if (f.sampled === 1 && sample(k, f.count, true)) return k.wait(queuesOf(k, f.count), f.until, 'woken');
    sample(k, f.count, false);
    f.sampled = 1;
    return rescan(k, f);
  },
  woken(k, f, reply) {
    if (reply.error !== 0) f.error = reply.error;
    if (reply.value === WakeReason.interrupted) f.interrupted = 1;
    if (reply.value === WakeReason.deadline) f.until = 0;
    sample(k, f.count, false);
    return rescan(k, f);
  },
  release(k, f) {
    f.index = 0;
    return k.goto('next');
  },
  next(k, f) {
    for (; f.index < f.count; f.index += 1) {
      const { file } = entryAt(k, f.index);
      if (file === 0 || dropHold(k, file)) continue;
      f.index += 1;
      return k.call(internal.closeFile, { file }, 'next');
    }
    if (f.ready === 0 && f.error !== 0) return k.fail(f.error);
    return k.done(f.ready, f.ready === 0 ? f.interrupted : 0);
  },
});

export const waitingOperations: readonly Operation[] = [wait, pollFile];
