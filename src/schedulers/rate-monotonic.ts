/** Rate monotonic: the shorter the period, the higher the fixed priority. What has no period runs when nothing else would. */
import type { Task } from '../contracts/scheduler.ts';
import { NEVER } from '../contracts/units.ts';
import { definePolicy, time } from './parts/definition.ts';
import { Entry, entryOf, NOBODY } from './parts/entry.ts';
import { enter, firstInOrder, Line, orderText, remove } from './parts/ordered.ts';

function rank(task: Task): number {
  return task.period || NEVER;
}

export const rateMonotonic = definePolicy({
  name: 'rm',
  title: 'rate monotonic: fixed priorities by period',
  source: 'Liu and Layland, Scheduling algorithms for multiprogramming in a hard-real-time environment, 1973',
  parameters: { quantum: time("turn of what has no period; 0 is the machine's") },
  make: (ground, store, { quantum }) => ({
    name: 'rm',
    initialise() {
      ground.root = ground.allocate(Line.size);
    },
    enqueue: (task) => enter(store, ground.root, entryOf(store, task), rank(task)),
    dequeue: (task) => remove(store, task.policyRecord),
    dispatch(hart) {
      const entry = firstInOrder(ground, store, ground.root, hart);
      if (entry === 0) return NOBODY;
      remove(store, entry);
      const { task, key } = Entry.at(store, entry);
      if (key === NEVER)
        return { task, slice: quantum || ground.quantum, reason: 'nothing periodic is ready' };
      return { task, slice: NEVER, reason: 'its period is shortest' };
    },
    preempts: (woken, running) => rank(woken) < rank(running),
    inherits: (holder, donor) => rank(donor) < rank(holder),
    dump: () =>
      `rate monotonic, by period: ${orderText(ground, store, ground.root, (entry) => Entry.at(store, entry).key)}`,
  }),
});
