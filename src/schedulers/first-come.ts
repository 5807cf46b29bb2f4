/** First come, first served: in the order of arrival, each until it waits or ends. */
import { NEVER } from '../contracts/units.ts';
import { definePolicy } from './parts/definition.ts';
import { Entry, entryOf, NOBODY } from './parts/entry.ts';
import { append, firstFor, List, listText, prepend, unlink } from './parts/list.ts';

export const firstCome = definePolicy({
  name: 'fcfs',
  title: 'first come, first served: each until it waits or ends',
  source: 'Silberschatz, Galvin, Gagne, Operating System Concepts, 5.3.1',
  parameters: {},
  make: (ground, store) => ({
    name: 'fcfs',
    initialise() {
      ground.root = ground.allocate(List.size);
    },
    enqueue(task, reason) {
      const entry = entryOf(store, task);
      // Who is interrupted by something else than this policy keeps its place.
      if (reason === 'preempted') prepend(store, ground.root, entry);
      else append(store, ground.root, entry);
    },
    dequeue(task) {
      unlink(store, task.policyRecord);
    },
    dispatch(hart) {
      const entry = firstFor(ground, store, ground.root, hart);
      if (entry === 0) return NOBODY;
      unlink(store, entry);
      return { task: Entry.at(store, entry).task, slice: NEVER, reason: 'it came first' };
    },
    dump: () => `first come first served, queue: ${listText(ground, store, ground.root)}`,
  }),
});
