/** Round robin: one queue, first in first out, each task for a quantum (SCHED_RR of POSIX without priorities). */
import type { PolicyGround, SchedulingPolicy, Task } from '../contracts/scheduler.ts';
import type { RecordStore } from '../kernel/records.ts';
import { record } from '../kernel/records.ts';

const Queue = record('RoundRobinQueue', { first: 'u32', last: 'u32', quantum: 'integer' });

/** @param quantum cycles, or 0 for the machine's own. */
export function roundRobin(ground: PolicyGround, store: RecordStore, quantum = 0): SchedulingPolicy {
  const queue = () => Queue.at(store, ground.root);
  /** Takes a task out of the queue; `word` of a task is the next one. */
  const unlink = (task: Task): void => {
    const list = queue();
    let previous = 0;
    for (let at = list.first; at !== 0; previous = at, at = ground.task(at).policyWord) {
      if (at !== task.id) continue;
      if (previous === 0) list.first = task.policyWord;
      else ground.task(previous).policyWord = task.policyWord;
      if (list.last === at) list.last = previous;
      task.policyWord = 0;
      return;
    }
  };
  return {
    name: 'rr',
    initialise() {
      ground.root = ground.allocate(Queue.size);
      queue().quantum = quantum || ground.quantum;
    },
    enqueue(task) {
      const list = queue();
      task.policyWord = 0;
      if (list.last === 0) list.first = task.id;
      else ground.task(list.last).policyWord = task.id;
      list.last = task.id;
    },
    dequeue: unlink,
    dispatch(hart) {
      const list = queue();
      for (let at = list.first; at !== 0; at = ground.task(at).policyWord) {
        const task = ground.task(at);
        if (((task.affinity >>> hart) & 1) === 0) continue;
        unlink(task);
        return { task: at, slice: list.quantum, reason: 'its turn has come' };
      }
      return { task: 0, slice: 0, reason: 'nobody is ready' };
    },
    dump() {
      const ids: number[] = [];
      for (let at = queue().first; at !== 0; at = ground.task(at).policyWord) ids.push(at);
      return `round robin, quantum ${queue().quantum} cycles, queue: ${ids.length === 0 ? 'empty' : ids.join(' ')}`;
    },
  };
}
