/** Watches of wait queues: what epoll rests on. */
import { describe, expect, test } from 'vitest';
import { WaitQueue, WatchList } from '../../../src/kernel/objects.ts';
import { NetworkBench } from './network-bench.ts';

class WatchBench extends NetworkBench {
  queue(): number {
    return this.kernel.slab.allocate(this.kernel.domainOfPlan(1), WaitQueue.size);
  }

  list(): number {
    return this.kernel.slab.allocate(this.kernel.domainOfPlan(1), WatchList.size);
  }

  /** Words of the watches in a list, which is empty then. */
  words(list: number): number[] {
    const { watches } = this.kernel;
    const found: number[] = [];
    for (let watch = watches.take(list); watch !== 0; watch = watches.take(list))
      found.push(watches.wordOf(watch));
    return found;
  }
}

describe('watches', () => {
  test('fire once until they are taken, in the order of the wakings', () => {
    const bench = new WatchBench();
    const { kernel } = bench;
    const list = bench.list();
    const queues = [bench.queue(), bench.queue(), bench.queue()];
    queues.forEach((queue, index) => {
      kernel.watches.create(queue, list, index);
    });
    for (const index of [2, 0, 2]) kernel.wake(queues[index] as number);
    expect(bench.words(list)).toEqual([2, 0]);
    kernel.wake(queues[1] as number);
    expect(bench.words(list)).toEqual([1]);
  });

  test('one queue can have several, in several lists', () => {
    const bench = new WatchBench();
    const { kernel } = bench;
    const [queue, first, second] = [bench.queue(), bench.list(), bench.list()];
    kernel.watches.create(queue, first, 1);
    kernel.watches.create(queue, second, 2);
    kernel.wake(queue);
    expect([bench.words(first), bench.words(second)]).toEqual([[1], [2]]);
  });

  test('go from wherever they are in their lists', () => {
    const bench = new WatchBench();
    const { kernel } = bench;
    for (let gone = 0; gone < 3; gone++) {
      const [queue, list] = [bench.queue(), bench.list()];
      const made = [0, 1, 2].map((word) => kernel.watches.create(queue, list, word));
      for (const watch of made) kernel.fire(watch);
      kernel.watches.destroy(made[gone] as number);
      const left = [0, 1, 2].filter((word) => word !== gone);
      expect(bench.words(list)).toEqual(left);
      kernel.wake(queue);
      expect(bench.words(list).sort()).toEqual(left);
    }
  });

  test('a list is itself watched by way of its queue of polls', () => {
    const bench = new WatchBench();
    const { kernel } = bench;
    const [queue, inner, outer] = [bench.queue(), bench.list(), bench.list()];
    kernel.watches.create(queue, inner, 1);
    kernel.watches.create(WatchList.at(kernel.store, inner).polls, outer, 2);
    kernel.wake(queue);
    expect(bench.words(outer)).toEqual([2]);
  });
});
