/** eventfd2(2): a counter of 64 bits that is written to, read and waited for. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import type { ViewOf } from '../../contracts/records.ts';
import {
  type OutcomeNumber,
  type Reply,
  type Span,
  serviceInterface,
  WakeReason,
} from '../../contracts/service.ts';
import { NEVER, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { WaitQueue } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { record } from '../../kernel/records.ts';
import { OpenFlag } from '../../services/files/interface.ts';
import { memory } from '../../services/memory/interface.ts';
import { PollEvent } from '../../services/pipes/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { opening } from '../calls/opening.ts';
import { CLOSE_ON_EXEC } from '../descriptors.ts';
import { createOpenFile, lackOfFile } from '../open-files.ts';
import { OpenKind } from '../records.ts';
import { currentThread } from '../state.ts';

export const EventCounter = record('EventCounter', {
  low: 'u32',
  high: 'u32',
  /** 1: a read takes one, not all. */
  semaphore: 'u32',
  /** Whoever waits for a change: readers, writers, polls. */
  changed: { embedded: WaitQueue },
});
type CounterView = ViewOf<typeof EventCounter.schema>;

export const events = serviceInterface('linux', {
  /** Value: 8. EAGAIN, EFAULT, EINVAL, ERESTART. */
  readEvent: { event: 'number', into: 'span', wait: 'number' },
  writeEvent: { event: 'number', from: 'span', wait: 'number' },
});

const COUNT_BYTES = 8;
const FULL = 0xffff_ffff;

function counterAt(k: Kernel, event: PhysicalAddress): CounterView {
  return EventCounter.at(k.store, event);
}

/** What poll sees: its events, and the queue that is woken when they may have changed. */
export function pollEvent(k: Kernel, event: PhysicalAddress): { found: number; queue: PhysicalAddress } {
  const { low, high, changed } = counterAt(k, event);
  const readable = low === 0 && high === 0 ? 0 : PollEvent.in | PollEvent.readNormal;
  const writable = high === FULL && low >= FULL - 1 ? 0 : PollEvent.out | PollEvent.writeNormal;
  return { found: readable | writable, queue: changed };
}

/** Takes from a counter that is not 0, once the bytes are the program's. */
function take(counter: CounterView): void {
  if (counter.semaphore === 0) {
    counter.low = 0;
    counter.high = 0;
    return;
  }
  if (counter.low === 0) counter.high -= 1;
  counter.low -= 1;
}

/** Adds to a counter. False when it would pass its largest value, 2^64 - 2. */
function add(counter: CounterView, low: number, high: number): boolean {
  const sum = counter.low + low;
  const carry = sum > FULL ? 1 : 0;
  const newLow = sum >>> 0;
  const newHigh = counter.high + high + carry;
  if (newHigh > FULL || (newHigh === FULL && newLow === FULL)) return false;
  counter.low = newLow;
  counter.high = newHigh;
  return true;
}

function supply(k: Kernel, span: Span, access: number): OutcomeNumber {
  const { space, start: address } = span;
  return k.call(memory.supply, { space, address, length: COUNT_BYTES, access }, 'supplied');
}

/** Is the whole count supplied? It may lie on two pages, of which one is absent for good. */
function isWhole({ error, value }: Reply): boolean {
  return error === 0 && value === COUNT_BYTES;
}

/** Waits for a change, or says that it would have to. */
function waitFor(k: Kernel, f: { event: number; wait: number }): OutcomeNumber {
  if (f.wait === 0) return k.fail(ErrorNumber.EAGAIN);
  return k.wait([counterAt(k, f.event).changed], NEVER, 'woken');
}

const read = operation(events.readEvent, [], {
  begin(k, f) {
    if (f.into.length < COUNT_BYTES) return k.fail(ErrorNumber.EINVAL);
    const counter = counterAt(k, f.event);
    const { low, high, semaphore } = counter;
    if (low === 0 && high === 0) return waitFor(k, f);
    const { scratch } = currentThread(k);
    k.memory.write32(scratch, semaphore === 1 ? 1 : low);
    k.memory.write32(scratch + 4, semaphore === 1 ? 0 : high);
    if (k.toSpan(f.into, 0, scratch, COUNT_BYTES) < COUNT_BYTES) return supply(k, f.into, Access.write);
    take(counter);
    k.wake(counter.changed);
    return k.done(COUNT_BYTES);
  },
  woken(k, _f, reply) {
    return reply.value === WakeReason.interrupted ? k.fail(ErrorNumber.ERESTART) : k.goto('begin');
  },
  supplied(k, _f, reply) {
    return isWhole(reply) ? k.goto('begin') : k.fail(ErrorNumber.EFAULT);
  },
});

const write = operation(events.writeEvent, [], {
  begin(k, f) {
    if (f.from.length < COUNT_BYTES) return k.fail(ErrorNumber.EINVAL);
    const { scratch } = currentThread(k);
    if (k.fromSpan(f.from, 0, scratch, COUNT_BYTES) < COUNT_BYTES) return supply(k, f.from, Access.read);
    const [low, high] = [k.memory.read32(scratch), k.memory.read32(scratch + 4)];
    if (low === FULL && high === FULL) return k.fail(ErrorNumber.EINVAL);
    const counter = counterAt(k, f.event);
    if (!add(counter, low, high)) return waitFor(k, f);
    k.wake(counter.changed);
    return k.done(COUNT_BYTES);
  },
  woken(k, _f, reply) {
    return reply.value === WakeReason.interrupted ? k.fail(ErrorNumber.ERESTART) : k.goto('begin');
  },
  supplied(k, _f, reply) {
    return isWhole(reply) ? k.goto('begin') : k.fail(ErrorNumber.EFAULT);
  },
});

const SEMAPHORE = 1;
const FLAGS = SEMAPHORE | OpenFlag.closeOnExec | OpenFlag.nonBlocking;

/** A counter and its description; 0 when there is no memory. */
function create(k: Kernel, start: number, flags: number): PhysicalAddress {
  const object = k.slab.allocate(k.domain, EventCounter.size);
  if (object === 0) return 0;
  const counter = counterAt(k, object);
  counter.low = start;
  counter.semaphore = flags & SEMAPHORE;
  const status = OpenFlag.readWrite | (flags & OpenFlag.nonBlocking);
  const file = createOpenFile(k, { kind: OpenKind.event, node: 0, object, end: 0, flags: status });
  if (file === 0) k.slab.release(object);
  return file;
}

export const eventfd2: SystemCall = systemCall({
  number: 19,
  name: 'eventfd2',
  arguments: { start: 'unsigned', flags: 'flags' },
  support: 'full',
  steps: {
    begin(k, f) {
      if ((f.flags & ~FLAGS) !== 0) return k.fail(ErrorNumber.EINVAL);
      const file = create(k, f.start, f.flags);
      if (file === 0) return k.fail(lackOfFile(k));
      const mark = (f.flags & OpenFlag.closeOnExec) !== 0 ? CLOSE_ON_EXEC : 0;
      return k.call(opening.installFile, { file, flags: mark }, 'finish');
    },
    finish(k, _f, reply) {
      return k.pass(reply);
    },
  },
});

export const eventOperations: readonly Operation[] = [read, write];
