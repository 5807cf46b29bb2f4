/** Shortest job first: of those that are ready, the one whose next burst is shortest, until it waits or ends. */
import { NEVER } from '../contracts/units.ts';
import { BURST_PARAMETERS, consumed, expectedLeft, heard } from './parts/bursts.ts';
import { definePolicy } from './parts/definition.ts';
import { Entry, NOBODY } from './parts/entry.ts';
import { enter, firstInOrder, Line, orderText, remove } from './parts/ordered.ts';

export const shortestJob = definePolicy({
  name: 'sjf',
  title: 'shortest job first, not preemptive',
  source: 'Conway, Maxwell, Miller, Theory of Scheduling, 1967; Silberschatz, Galvin, Gagne, 5.3.2',
  parameters: BURST_PARAMETERS,
  make: (ground, store, settings) => ({
    name: 'sjf',
    initialise() {
      ground.root = ground.allocate(Line.size);
    },
    enqueue(task, reason) {
      const entry = heard(store, ground, settings, task, reason);
      enter(store, ground.root, entry, expectedLeft(store, task));
    },
    dequeue: (task) => remove(store, task.policyRecord),
    dispatch(hart) {
      const entry = firstInOrder(ground, store, ground.root, hart);
      if (entry === 0) return NOBODY;
      remove(store, entry);
      return { task: Entry.at(store, entry).task, slice: NEVER, reason: 'its burst is shortest' };
    },
    stopping: (task, _hart, amount) => consumed(store, task, amount),
    dump() {
      const text = orderText(ground, store, ground.root, (entry) => Entry.at(store, entry).key);
      return `shortest job first, by length: ${text}`;
    },
  }),
});
