/**
 * Watches: who looks at many queues, again and again, hears which of them were woken without looking at all.
 *
 * Rules of use: a queue outlives its watches. A watch fires at most once until it is taken out of its list; it says only that
 * something may have changed. Only the kernel fires watches (`Kernel.fire`, and every waking of their queues).
 */
import type { ViewOf } from '../contracts/records.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import type { Meter } from './meter.ts';
import { WaitQueue, Watch, WatchList } from './objects.ts';
import type { Slab } from './slab.ts';

export class Watches {
  readonly #meter: Meter;
  readonly #slab: Slab;
  readonly #kernelDomain: PhysicalAddress;

  constructor(meter: Meter, slab: Slab, kernelDomain: PhysicalAddress) {
    this.#meter = meter;
    this.#slab = slab;
    this.#kernelDomain = kernelDomain;
  }

  /** A watch of a queue, which has not fired; 0 when there is no memory. */
  create(queue: PhysicalAddress, list: PhysicalAddress, word: number): PhysicalAddress {
    const address = this.#slab.allocate(this.#kernelDomain, Watch.size);
    if (address === 0) return 0;
    const watch = this.#at(address);
    const watched = WaitQueue.at(this.#meter.store, queue);
    watch.queue = queue;
    watch.list = list;
    watch.word = word;
    watch.next = watched.watches;
    if (watched.watches !== 0) this.#at(watched.watches).previous = address;
    watched.watches = address;
    return address;
  }

  /** Ends a watch, in its list or not. */
  destroy(address: PhysicalAddress): void {
    const { queue, next, previous, fired, list } = this.#at(address);
    if (fired === 1) this.#unmark(list, address);
    if (previous !== 0) this.#at(previous).next = next;
    else WaitQueue.at(this.#meter.store, queue).watches = next;
    if (next !== 0) this.#at(next).previous = previous;
    this.#slab.release(address);
  }

  /** The next watch of the same queue, or 0. */
  after(watch: PhysicalAddress): PhysicalAddress {
    return this.#at(watch).next;
  }

  queueOf(watch: PhysicalAddress): PhysicalAddress {
    return this.#at(watch).queue;
  }

  wordOf(watch: PhysicalAddress): number {
    return this.#at(watch).word;
  }

  /** Puts a watch at the end of its list; undefined when it was there. */
  mark(address: PhysicalAddress): ViewOf<typeof WatchList.schema> | undefined {
    const watch = this.#at(address);
    if (watch.fired === 1) return undefined;
    watch.fired = 1;
    watch.nextFired = 0;
    const list = WatchList.at(this.#meter.store, watch.list);
    if (list.last !== 0) this.#at(list.last).nextFired = address;
    else list.first = address;
    list.last = address;
    return list;
  }

  /** Takes the first watch out of a list, which it enters again when it fires again; 0 when there is none. */
  take(list: PhysicalAddress): PhysicalAddress {
    const view = WatchList.at(this.#meter.store, list);
    const { first } = view;
    if (first === 0) return 0;
    const watch = this.#at(first);
    view.first = watch.nextFired;
    if (watch.nextFired === 0) view.last = 0;
    watch.fired = 0;
    return first;
  }

  #unmark(list: PhysicalAddress, address: PhysicalAddress): void {
    const view = WatchList.at(this.#meter.store, list);
    const { nextFired } = this.#at(address);
    let previous = 0;
    for (let at = view.first; at !== address; at = this.#at(at).nextFired) previous = at;
    if (previous === 0) view.first = nextFired;
    else this.#at(previous).nextFired = nextFired;
    if (view.last === address) view.last = previous;
    this.#at(address).fired = 0;
  }

  #at(watch: PhysicalAddress): ViewOf<typeof Watch.schema> {
    return Watch.at(this.#meter.store, watch);
  }
}
