/**
 * Cooperative: a task runs until it waits, ends or gives the processor up. With `upto`, only tasks of that priority or a
 * lower number are trusted so; the others are preemptible beneath them: turns of a quantum, and any cooperative task that
 * becomes ready takes the hart.
 */
import type { Task } from '../contracts/scheduler.ts';
import { NEVER } from '../contracts/units.ts';
import { record } from '../kernel/records.ts';
import { definePolicy, time } from './parts/definition.ts';
import { Entry, entryOf, NOBODY } from './parts/entry.ts';
import { append, firstFor, List, listText, prepend, unlink } from './parts/list.ts';

const EVERYBODY = 1_000_000_000;

const Root = record('CooperativeRoot', { trusted: { embedded: List }, others: { embedded: List } });

export const cooperative = definePolicy({
  name: 'cooperative',
  title: 'cooperative: until it waits, ends or yields; preemptible tasks beneath if wanted',
  source: 'Silberschatz, Galvin, Gagne, 5.1.3; Tock, kernel/src/scheduler/cooperative.rs',
  parameters: {
    upto: {
      kind: 'number',
      what: 'tasks with a priority up to this are cooperative, others are preemptible',
      least: 0,
      initial: EVERYBODY,
    },
    quantum: time("turn of preemptible tasks; 0 is the machine's"),
  },
  make(ground, store, { upto, quantum }) {
    const isTrusted = (task: Task): boolean => task.priority <= upto;
    return {
      name: 'cooperative',
      initialise() {
        ground.root = ground.allocate(Root.size);
      },
      enqueue(task, reason) {
        const { trusted, others } = Root.at(store, ground.root);
        const entry = entryOf(store, task);
        if (!isTrusted(task)) append(store, others, entry);
        else if (reason === 'preempted') prepend(store, trusted, entry);
        else append(store, trusted, entry);
      },
      dequeue: (task) => unlink(store, task.policyRecord),
      dispatch(hart) {
        const { trusted, others } = Root.at(store, ground.root);
        const first = firstFor(ground, store, trusted, hart);
        const entry = first || firstFor(ground, store, others, hart);
        if (entry === 0) return NOBODY;
        unlink(store, entry);
        const { task } = Entry.at(store, entry);
        if (first !== 0) return { task, slice: NEVER, reason: 'its turn has come, for as long as it likes' };
        return { task, slice: quantum || ground.quantum, reason: 'no cooperative task is ready' };
      },
      preempts: (woken, running) => isTrusted(woken) && !isTrusted(running),
      inherits: (holder, donor) => isTrusted(donor) && !isTrusted(holder),
      dump() {
        const { trusted, others } = Root.at(store, ground.root);
        return `cooperative: ${listText(ground, store, trusted)}; preemptible: ${listText(ground, store, others)}`;
      },
    };
  },
});
