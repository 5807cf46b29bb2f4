/** pselect6(2). */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { PollEvent } from '../../services/pipes/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { read64 } from '../calls/layouts.ts';
import { lookUp } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { currentProcess, currentThread } from '../state.ts';
import { endMask } from './mask.ts';
import { moments } from './moments.ts';
import { beginTable, endTable, entryAt, setEntry, WORK } from './records.ts';
import { polling } from './waiting.ts';

/** Descriptors that sets may hold: three sets lie in the work half of the scratch page. */
const MOST_DESCRIPTORS = 4096;
const SET_BYTES = MOST_DESCRIPTORS / 8;
/** Sets are read and written in whole 64-bit words. */
const WORD_BITS = 64;
const SETS = 3;

/** What the sets ask for, in their order in the call: readable, writable, exceptional. */
const PRIORITY = 0x002;
const EVENTS: readonly number[] = [
  PollEvent.in | PollEvent.readNormal | PollEvent.hangUp | PollEvent.error,
  PollEvent.out | PollEvent.writeNormal | PollEvent.error,
  PRIORITY,
];

interface SetsFrame {
  readonly count: number;
  readonly readable: number;
  readonly writable: number;
  readonly exceptional: number;
}

function addressOf(f: SetsFrame, set: number): number {
  return [f.readable, f.writable, f.exceptional][set] ?? 0;
}

function placeOf(k: Kernel, set: number): number {
  return currentThread(k).scratch + WORK + set * SET_BYTES;
}

function bytesOf(count: number): number {
  return Math.ceil(count / WORD_BITS) * (WORD_BITS / 8);
}

/** Entries for every descriptor in a set: their number, or -1 when one is not open. */
function load(k: Kernel, count: number): number {
  const { descriptors } = currentProcess(k);
  let entries = 0;
  for (let descriptor = 0; descriptor < count; descriptor++) {
    let asked = 0;
    let counted = 0;
    for (let set = 0; set < SETS; set++) {
      const byte = k.memory.u8[placeOf(k, set) + (descriptor >>> 3)] as number;
      if (((byte >>> (descriptor & 7)) & 1) === 0) continue;
      asked |= 1 << set;
      counted |= EVENTS[set] as number;
    }
    if (asked === 0) continue;
    if (lookUp(k, descriptors, descriptor) === 0) return -1;
    setEntry(k, entries, descriptor, asked, counted);
    entries += 1;
  }
  return entries;
}

/** Sets of what was found, in the work half. Returns how many bits they have. */
function store(k: Kernel, entries: number): number {
  k.memory.clear(placeOf(k, 0), SETS * SET_BYTES);
  let bits = 0;
  for (let index = 0; index < entries; index++) {
    const { descriptor, asked, found } = entryAt(k, index);
    for (let set = 0; set < SETS; set++) {
      if (((asked >>> set) & 1) === 0 || (found & (EVENTS[set] as number)) === 0) continue;
      const at = placeOf(k, set) + (descriptor >>> 3);
      k.memory.u8[at] = (k.memory.u8[at] as number) | (1 << (descriptor & 7));
      bits += 1;
    }
  }
  return bits;
}

export const pselect6: SystemCall = systemCall({
  number: 72,
  name: 'pselect6',
  arguments: {
    count: 'int',
    readable: 'pointer',
    writable: 'pointer',
    exceptional: 'pointer',
    timeout: 'pointer',
    signals: 'pointer',
  },
  support: { partial: `descriptors below ${MOST_DESCRIPTORS}` },
  locals: ['until', 'masked', 'set', 'entries', 'bits', 'interrupted', 'error'],
  steps: {
    begin(k, f) {
      if (f.signals === 0) return k.goto('timeout');
      const into = currentThread(k).scratch + WORK;
      return k.call(internal.readUser, { address: f.signals, into, length: 16 }, 'signals');
    },
    signals(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const at = currentThread(k).scratch + WORK;
      f.signals = read64(k, at);
      // The size of the mask waits in `masked` until it is read.
      f.masked = read64(k, at + 8);
      return k.goto('timeout');
    },
    timeout(k, f) {
      return k.call(moments.readTimeout, { address: f.timeout }, 'timed');
    },
    timed(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.until = reply.value;
      return k.call(moments.maskSignals, { address: f.signals, size: f.masked }, 'masked');
    },
    masked(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.masked = reply.value;
      if (f.count < 0) f.error = ErrorNumber.EINVAL;
      f.count = Math.min(f.count, MOST_DESCRIPTORS);
      k.memory.clear(placeOf(k, 0), SETS * SET_BYTES);
      return k.goto(f.error === 0 ? 'load' : 'end');
    },
    load(k, f) {
      while (f.set < SETS && addressOf(f, f.set) === 0) f.set += 1;
      if (f.set === SETS) return k.goto('wait');
      const request = { address: addressOf(f, f.set), into: placeOf(k, f.set), length: bytesOf(f.count) };
      return k.call(internal.readUser, request, 'loaded');
    },
    loaded(k, f, reply) {
      f.error = reply.error;
      f.set += 1;
      return k.goto(f.error === 0 ? 'load' : 'end');
    },
    wait(k, f) {
      f.set = 0;
      if (!beginTable(k, f.count)) f.error = ErrorNumber.ENOMEM;
      else {
        f.entries = load(k, f.count);
        if (f.entries < 0) f.error = ErrorNumber.EBADF;
      }
      if (f.error !== 0) return k.goto('free');
      return k.call(polling.waitForFiles, { count: f.entries, until: f.until }, 'waited');
    },
    waited(k, f, reply) {
      f.error = reply.error;
      if (f.error !== 0) return k.goto('free');
      f.interrupted = reply.second;
      if (f.interrupted === 1) f.error = ErrorNumber.ERESTARTNOHAND;
      else f.bits = store(k, f.entries);
      return k.goto(f.error === 0 ? 'store' : 'free');
    },
    store(k, f) {
      while (f.set < SETS && addressOf(f, f.set) === 0) f.set += 1;
      if (f.set === SETS) return k.goto('free');
      const request = { address: addressOf(f, f.set), from: placeOf(k, f.set), length: bytesOf(f.count) };
      f.set += 1;
      return k.call(internal.writeUser, request, 'stored');
    },
    stored(k, f, reply) {
      f.error = reply.error;
      return k.goto(f.error === 0 ? 'store' : 'free');
    },
    free(k) {
      endTable(k);
      return k.goto('end');
    },
    end(k, f) {
      endMask(k, f.masked, f.interrupted);
      return k.call(moments.tellRest, { address: f.timeout, until: f.until }, 'finish');
    },
    finish(k, f) {
      return f.error === 0 ? k.done(f.bits) : k.fail(f.error);
    },
  },
});
