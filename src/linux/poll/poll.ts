/** ppoll(2). */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { PollEvent } from '../../services/pipes/interface.ts';
import { processes } from '../../services/processes/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { internal } from '../internal.ts';
import { Resource } from '../resources.ts';
import { currentProcess, currentThread } from '../state.ts';
import { endMask } from './mask.ts';
import { moments } from './moments.ts';
import { beginTable, endTable, entryAt, MOST_ENTRIES, setEntry, WORK } from './records.ts';
import { NOT_OPEN, polling } from './waiting.ts';

/** struct pollfd: fd, events and revents of 16 bits. */
const POLLFD_BYTES = 8;
/** Structures that fit the work half of the scratch page. */
const PORTION = WORK / POLLFD_BYTES;

/** Entries from structures that lie in the work half. */
function load(k: Kernel, first: number, count: number): void {
  const work = currentThread(k).scratch + WORK;
  for (let index = 0; index < count; index++) {
    const at = work + index * POLLFD_BYTES;
    const events = k.memory.u16[(at + 4) >>> 1] as number;
    const counted = events | PollEvent.error | PollEvent.hangUp | NOT_OPEN;
    setEntry(k, first + index, k.memory.read32(at) | 0, events, counted);
  }
}

/** Structures in the work half, of entries. */
function store(k: Kernel, first: number, count: number): void {
  const work = currentThread(k).scratch + WORK;
  for (let index = 0; index < count; index++) {
    const { descriptor, asked, found } = entryAt(k, first + index);
    const at = work + index * POLLFD_BYTES;
    k.memory.write32(at, descriptor >>> 0);
    k.memory.write32(at + 4, asked | (found << 16));
  }
}

export const ppoll: SystemCall = systemCall({
  number: 73,
  name: 'ppoll',
  arguments: {
    list: 'pointer',
    count: 'unsigned',
    timeout: 'pointer',
    mask: 'pointer',
    size: 'size',
  },
  support: 'full',
  locals: ['until', 'masked', 'index', 'portion', 'ready', 'interrupted', 'error'],
  steps: {
    begin(k, f) {
      return k.call(moments.readTimeout, { address: f.timeout }, 'timed');
    },
    timed(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.until = reply.value;
      return k.call(moments.maskSignals, { address: f.mask, size: f.size }, 'masked');
    },
    masked(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.masked = reply.value;
      const { process } = currentProcess(k);
      return k.call(processes.limit, { process, resource: Resource.files }, 'limited');
    },
    limited(k, f, reply) {
      const fits = f.count <= reply.value && f.count <= MOST_ENTRIES;
      // Whatever the count, a table begins here: the end gives back what stands in it.
      const begun = beginTable(k, fits ? f.count : 0);
      if (f.count > reply.value) f.error = ErrorNumber.EINVAL;
      else if (!fits || !begun) f.error = ErrorNumber.ENOMEM;
      return k.goto(f.error === 0 ? 'load' : 'end');
    },
    load(k, f) {
      if (f.index === f.count)
        return k.call(polling.waitForFiles, { count: f.count, until: f.until }, 'waited');
      f.portion = Math.min(PORTION, f.count - f.index);
      const address = f.list + f.index * POLLFD_BYTES;
      const into = currentThread(k).scratch + WORK;
      return k.call(internal.readUser, { address, into, length: f.portion * POLLFD_BYTES }, 'loaded');
    },
    loaded(k, f, reply) {
      f.error = reply.error;
      if (f.error !== 0) return k.goto('end');
      load(k, f.index, f.portion);
      f.index += f.portion;
      return k.goto('load');
    },
    waited(k, f, reply) {
      f.error = reply.error;
      if (f.error !== 0) return k.goto('end');
      f.ready = reply.value;
      f.interrupted = reply.second;
      if (f.interrupted === 1) f.error = ErrorNumber.ERESTARTNOHAND;
      f.index = 0;
      return k.goto('store');
    },
    store(k, f) {
      if (f.index === f.count) return k.goto('end');
      f.portion = Math.min(PORTION, f.count - f.index);
      store(k, f.index, f.portion);
      const address = f.list + f.index * POLLFD_BYTES;
      const from = currentThread(k).scratch + WORK;
      return k.call(internal.writeUser, { address, from, length: f.portion * POLLFD_BYTES }, 'stored');
    },
    stored(k, f, reply) {
      if (reply.error !== 0) {
        f.error = reply.error;
        return k.goto('end');
      }
      f.index += f.portion;
      return k.goto('store');
    },
    end(k, f) {
      endTable(k);
      endMask(k, f.masked, f.interrupted);
      return k.call(moments.tellRest, { address: f.timeout, until: f.until }, 'finish');
    },
    finish(k, f) {
      return f.error === 0 ? k.done(f.ready) : k.fail(f.error);
    },
  },
});
