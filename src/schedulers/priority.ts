/**
 * Priority: the best runs; equals in turn, or first come first served when there is no quantum. With aging, who waits gains
 * one for every so many cycles. All that wait gain alike, so that their order never changes and the queue needs no sweep.
 */
import type { PolicyGround, Task } from '../contracts/scheduler.ts';
import { NEVER } from '../contracts/units.ts';
import { type RecordStore, record } from '../kernel/records.ts';
import { definePolicy, time, yesOrNo } from './parts/definition.ts';
import { ENTRY_FIELDS, entryOf, NOBODY } from './parts/entry.ts';
import { enter, first, firstInOrder, insert, Line, orderText, remove } from './parts/ordered.ts';

/** Before those of equal rank that the line has numbered: who was preempted before its turn was over. */
const Root = record('PriorityRoot', { line: { embedded: Line }, earliest: 'integer' });
const Entry = record('PriorityEntry', {
  ...ENTRY_FIELDS,
  /** Since when it waits. */
  since: 'integer',
  /** Cycles that it has had of its turn. */
  used: 'integer',
  /** While it runs: what its rank had become by waiting, on the scale of `place`. */
  worth: 'integer',
});

function waitingText(ground: PolicyGround, store: RecordStore): string {
  return orderText(ground, store, ground.root, (address) => {
    const { task, since } = Entry.at(store, address);
    return `${ground.task(task).priority}, waits for ${ground.now() - since}`;
  });
}

export const priority = definePolicy({
  name: 'priority',
  title: 'priority: static, or better by waiting',
  source: 'Silberschatz, Galvin, Gagne, Operating System Concepts, 5.3.4; POSIX.1-2017, SCHED_FIFO',
  parameters: {
    preemptive: yesOrNo('may a better one take the hart?', 'no'),
    wins: { kind: 'choice', what: 'which number is better', options: ['low', 'high'], initial: 'low' },
    aging: time('waiting for which a task gains one; 0 is no aging'),
    quantum: time('turn among equals; 0 is until they wait'),
  },
  make(ground, store, { preemptive, wins, aging, quantum }) {
    /** Less is better. */
    const rank = (task: Task): number => (wins === 'low' ? task.priority : -task.priority);
    /** A place in the order of those that wait: with aging, a rank is worth as much as having waited longer. */
    const place = (task: Task, since: number): number =>
      aging === 0 ? rank(task) : rank(task) * aging + since;
    /** A rank as it is after waiting, on the same scale. */
    const worth = (task: Task, waited: number): number =>
      aging === 0 ? rank(task) : rank(task) * aging - waited;
    /** In how many cycles the first that waits will have become better than who is given the hart now. */
    const overtaken = (running: number): number => {
      const next = aging === 0 || preemptive === 'no' ? 0 : first(store, ground.root);
      return next === 0 ? NEVER : Math.max(1, Entry.at(store, next).key - running + 1 - ground.now());
    };
    return {
      name: 'priority',
      initialise() {
        ground.root = ground.allocate(Root.size);
      },
      enqueue(task, reason) {
        const root = Root.at(store, ground.root);
        const address = entryOf(store, task);
        const entry = Entry.at(store, address);
        const now = ground.now();
        const over = reason !== 'preempted' || (quantum > 0 && entry.used >= quantum);
        entry.since = now;
        if (over) {
          entry.used = 0;
          enter(store, root.line, address, place(task, now));
        } else {
          root.earliest -= 1;
          insert(store, root.line, address, place(task, now), root.earliest);
        }
      },
      dequeue: (task) => remove(store, task.policyRecord),
      dispatch(hart) {
        const address = firstInOrder(ground, store, ground.root, hart);
        if (address === 0) return NOBODY;
        remove(store, address);
        const entry = Entry.at(store, address);
        const { task, used, since } = entry;
        entry.worth = worth(ground.task(task), ground.now() - since);
        const turn = quantum === 0 ? NEVER : quantum - used;
        return { task, slice: Math.min(turn, overtaken(entry.worth)), reason: 'it is the best' };
      },
      preempts: (woken, running) =>
        preemptive === 'yes' && worth(woken, 0) < Entry.at(store, running.policyRecord).worth,
      inherits: (holder, donor) => rank(donor) < rank(holder),
      changed(task) {
        const entry = Entry.at(store, task.policyRecord);
        entry.worth = worth(task, 0);
      },
      stopping(task, _hart, consumed) {
        const entry = Entry.at(store, task.policyRecord);
        entry.used += consumed;
      },
      dump: () => `priority, ${wins} wins, best first: ${waitingText(ground, store)}`,
    };
  },
});
