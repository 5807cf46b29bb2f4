/** Shortest remaining time first: the preemptive shortest job first. Who becomes ready with less to do takes the hart. */
import { NEVER } from '../contracts/units.ts';
import { BURST_PARAMETERS, BurstEntry, consumed, expectedLeft, heard } from './parts/bursts.ts';
import { definePolicy } from './parts/definition.ts';
import { Entry, NOBODY } from './parts/entry.ts';
import { enter, firstInOrder, Line, orderText, remove } from './parts/ordered.ts';

export const shortestRemaining = definePolicy({
  name: 'srtf',
  title: 'shortest remaining time first, preemptive',
  source: 'Schrage, A proof of the optimality of the shortest remaining processing time discipline, 1968',
  parameters: BURST_PARAMETERS,
  make: (ground, store, settings) => ({
    name: 'srtf',
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
      return { task: Entry.at(store, entry).task, slice: NEVER, reason: 'it has least left' };
    },
    running(task) {
      BurstEntry.at(store, task.policyRecord).since = ground.now();
    },
    preempts(woken, running) {
      const since = ground.now() - BurstEntry.at(store, running.policyRecord).since;
      return expectedLeft(store, woken) < expectedLeft(store, running) - since;
    },
    stopping: (task, _hart, amount) => consumed(store, task, amount),
    dump() {
      const text = orderText(ground, store, ground.root, (entry) => Entry.at(store, entry).key);
      return `shortest remaining time first, by what is left: ${text}`;
    },
  }),
});
