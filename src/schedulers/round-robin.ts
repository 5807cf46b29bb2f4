/** Round robin: one queue, first in first out, each task for a quantum (SCHED_RR of POSIX without priorities). */
import type { PolicyGround, SchedulingPolicy } from '../contracts/scheduler.ts';
import type { RecordStore } from '../kernel/records.ts';
import { record } from '../kernel/records.ts';
import { definePolicy, time } from './parts/definition.ts';
import { Entry, entryOf, NOBODY } from './parts/entry.ts';
import { append, firstFor, List, listText, unlink } from './parts/list.ts';

const Queue = record('RoundRobinQueue', { list: { embedded: List }, quantum: 'integer' });

/** @param quantum cycles, or 0 for the machine's own. */
export function roundRobin(ground: PolicyGround, store: RecordStore, quantum = 0): SchedulingPolicy {
  return {
    name: 'rr',
    initialise() {
      ground.root = ground.allocate(Queue.size);
      Queue.at(store, ground.root).quantum = quantum || ground.quantum;
    },
    enqueue(task) {
      append(store, ground.root, entryOf(store, task));
    },
    dequeue(task) {
      unlink(store, task.policyRecord);
    },
    dispatch(hart) {
      const entry = firstFor(ground, store, ground.root, hart);
      if (entry === 0) return NOBODY;
      unlink(store, entry);
      const { quantum: slice } = Queue.at(store, ground.root);
      return { task: Entry.at(store, entry).task, slice, reason: 'its turn has come' };
    },
    dump() {
      const { list, quantum: slice } = Queue.at(store, ground.root);
      return `round robin, quantum ${slice}, queue: ${listText(ground, store, list)}`;
    },
  };
}

export const roundRobinPolicy = definePolicy({
  name: 'rr',
  title: 'round robin: one queue, each for a quantum',
  source: 'Kleinrock, Analysis of a time-shared processor, 1964; POSIX.1-2017, SCHED_RR',
  parameters: { quantum: time("turn's length; 0 is the machine's") },
  make: (ground, store, { quantum }) => roundRobin(ground, store, quantum),
});
