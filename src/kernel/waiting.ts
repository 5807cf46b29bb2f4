/**
 * Waiting: queues of threads, and deadlines.
 *
 * A thread waits in any number of queues and until a deadline; whichever comes first ends the wait, in all of them. Queues
 * are first in, first out. Rules of use: only the executive blocks a thread; services name queues and wake them.
 */
import type { PhysicalAddress } from '../contracts/units.ts';
import { type Cycles, NEVER } from '../contracts/units.ts';
import type { Meter } from './meter.ts';
import { KernelRoot, Thread, ThreadState, Waiter, WaitQueue } from './objects.ts';
import type { RecordStore } from './records.ts';
import type { Slab } from './slab.ts';
import { Tree } from './tree.ts';

export class Waiting {
  readonly #meter: Meter;
  readonly #slab: Slab;
  readonly #root: PhysicalAddress;
  readonly #kernelDomain: PhysicalAddress;
  /** The earliest deadline of any thread, or NEVER. */
  readonly nextDeadline: () => Cycles;

  constructor(meter: Meter, slab: Slab, root: PhysicalAddress, kernelDomain: PhysicalAddress) {
    this.#meter = meter;
    this.#slab = slab;
    this.#root = root;
    this.#kernelDomain = kernelDomain;
    this.nextDeadline = nextDeadlineOf(meter.observer, root + KernelRoot.offsets.timers);
  }

  /** Puts a thread into queues and, unless `until` is NEVER, among the timers. False when there is no memory for it. */
  enter(
    thread: PhysicalAddress,
    queues: readonly PhysicalAddress[],
    until: Cycles,
    words: readonly number[],
  ): boolean {
    for (let index = 0; index < queues.length; index++)
      if (!this.#append(thread, queues[index] as PhysicalAddress, words[index] ?? 0)) {
        this.leave(thread);
        return false;
      }
    const view = Thread.at(this.#meter.store, thread);
    view.deadline = until;
    if (until !== NEVER) this.#timers().insert(view.timer, until);
    return true;
  }

  /** Takes a thread out of all that it waits for. */
  leave(thread: PhysicalAddress): void {
    const view = Thread.at(this.#meter.store, thread);
    for (let at = view.firstWaiter; at !== 0; ) {
      const next = Waiter.at(this.#meter.store, at).sibling;
      this.#unlink(at);
      if (at === view.ownWaiter) Waiter.at(this.#meter.store, at).queue = 0;
      else this.#slab.release(at);
      at = next;
    }
    view.firstWaiter = 0;
    if (view.deadline !== NEVER) this.#timers().remove(view.timer);
    view.deadline = NEVER;
  }

  /** Moves a thread that waits in a queue to the end of another. */
  move(thread: PhysicalAddress, from: PhysicalAddress, to: PhysicalAddress): void {
    const { store } = this.#meter;
    let place = Thread.at(store, thread).firstWaiter;
    while (place !== 0 && Waiter.at(store, place).queue !== from) place = Waiter.at(store, place).sibling;
    if (place === 0) throw new Error('a thread is moved from a queue that it does not wait in');
    this.#unlink(place);
    this.#link(place, to);
  }

  /** The first thread in a queue, or 0. */
  first(queue: PhysicalAddress): PhysicalAddress {
    const waiter = WaitQueue.at(this.#meter.store, queue).first;
    return waiter === 0 ? 0 : Waiter.at(this.#meter.store, waiter).thread;
  }

  /** Threads of a queue in order with their words, as they are now. */
  *sleepers(queue: PhysicalAddress): Generator<{ thread: PhysicalAddress; word: number }> {
    for (let at = WaitQueue.at(this.#meter.store, queue).first; at !== 0; ) {
      const view = Waiter.at(this.#meter.store, at);
      const { thread, word, next } = view;
      yield { thread, word };
      at = next;
    }
  }

  /** The thread whose deadline is due at `now`, or 0; ties by age of the record. */
  due(now: Cycles): PhysicalAddress {
    const tree = this.#timers();
    const node = tree.first();
    if (node === 0 || tree.key(node) > now) return 0;
    return node - Thread.offsets.timer;
  }

  isBlocked(thread: PhysicalAddress): boolean {
    return Thread.at(this.#meter.store, thread).state === ThreadState.blocked;
  }

  #timers(): Tree {
    return new Tree(this.#meter.store, this.#root + KernelRoot.offsets.timers);
  }

  #append(thread: PhysicalAddress, queue: PhysicalAddress, word: number): boolean {
    const own = Thread.at(this.#meter.store, thread).ownWaiter;
    const free = Waiter.at(this.#meter.store, own).queue === 0;
    const place = free ? own : this.#slab.allocate(this.#kernelDomain, Waiter.size);
    if (place === 0) return false;
    const { store } = this.#meter;
    const waiter = Waiter.at(store, place);
    const owner = Thread.at(store, thread);
    waiter.thread = thread;
    waiter.word = word;
    waiter.sibling = owner.firstWaiter;
    owner.firstWaiter = place;
    this.#link(place, queue);
    return true;
  }

  #link(place: PhysicalAddress, queue: PhysicalAddress): void {
    const { store } = this.#meter;
    const waiter = Waiter.at(store, place);
    const list = WaitQueue.at(store, queue);
    waiter.queue = queue;
    waiter.next = 0;
    waiter.previous = list.last;
    if (list.last !== 0) Waiter.at(store, list.last).next = place;
    else list.first = place;
    list.last = place;
  }

  #unlink(place: PhysicalAddress): void {
    const { store } = this.#meter;
    const waiter = Waiter.at(store, place);
    const list = WaitQueue.at(store, waiter.queue);
    const { next, previous } = waiter;
    if (previous !== 0) Waiter.at(store, previous).next = next;
    else list.first = next;
    if (next !== 0) Waiter.at(store, next).previous = previous;
    else list.last = previous;
  }
}

/** @param timers where the root of the timer tree is kept. */
function nextDeadlineOf(observer: RecordStore, timers: PhysicalAddress): () => Cycles {
  const { u32 } = observer;
  const tree = new Tree(observer, timers);
  return () => {
    // Every turn of the machine asks, and mostly nobody waits for an instant.
    if (u32[timers >>> 2] === 0) return NEVER;
    const node = tree.first();
    return node === 0 ? NEVER : tree.key(node);
  };
}
