/**
 * Earliest eligible virtual deadline first, as in Linux 6.6 and later. A task's virtual time grows by what it runs, divided by
 * its weight; it is eligible while that is at most the weighted average of all; of the eligible, the one whose virtual deadline
 * (virtual time + request / weight) is earliest runs. Who waits keeps its lag, within two requests.
 */
import type { Task } from '../contracts/scheduler.ts';
import { record } from '../kernel/records.ts';
import { definePolicy, time } from './parts/definition.ts';
import { ENTRY_FIELDS, entryOf, mayRun, NOBODY } from './parts/entry.ts';
import { after, enter, first, firstInOrder, Line, orderText, remove } from './parts/ordered.ts';

/** A cycle at weight 1,024 in units of virtual time: fine enough for sums not to drift. */
const FINE = 256;
const NICE_ZERO = 1024;

const Root = record('EevdfRoot', {
  line: { embedded: Line },
  request: 'integer',
  /** Of the tasks that are ready or run: sum of weights, and of weight times (virtual time less `base`). */
  weight: 'integer',
  sum: 'integer',
  base: 'integer',
});
const Entry = record('EevdfEntry', {
  ...ENTRY_FIELDS,
  time: 'integer',
  deadline: 'integer',
  /** Average less its own time when it stopped being ready. */
  lag: 'integer',
  /** The weight with which it is in the sums, or 0. */
  counted: 'integer',
});

export const eevdf = definePolicy({
  name: 'eevdf',
  title: "earliest eligible virtual deadline first: Linux's since 6.6",
  source: 'Stoica and Abdel-Wahab, 1995; Linux, Documentation/scheduler/sched-eevdf.rst',
  parameters: { slice: time("request of a task without one of its own; 0 is the machine's quantum") },
  make(ground, store, { slice }) {
    const virtual = (cycles: number, weight: number): number =>
      Math.floor((cycles * FINE * NICE_ZERO) / weight);
    const request = (task: Task): number => task.slice || Root.at(store, ground.root).request;
    /** The average, rounded down; the base follows it, so that sums stay small. */
    const average = (): number => {
      const root = Root.at(store, ground.root);
      const { weight, sum, base } = root;
      if (weight === 0) return base;
      const ahead = Math.floor(sum / weight);
      root.base = base + ahead;
      root.sum = sum - ahead * weight;
      return base + ahead;
    };
    const count = (task: Task): void => {
      const root = Root.at(store, ground.root);
      const entry = Entry.at(store, task.policyRecord);
      if (entry.counted !== 0) return;
      const { weight } = task;
      entry.counted = weight;
      root.weight += weight;
      root.sum += weight * (entry.time - root.base);
    };
    const discount = (task: Task): void => {
      const root = Root.at(store, ground.root);
      const entry = Entry.at(store, task.policyRecord);
      const { counted } = entry;
      if (counted === 0) return;
      const most = virtual(2 * request(task), counted);
      entry.lag = Math.max(-most, Math.min(most, average() - entry.time));
      root.weight -= counted;
      root.sum -= counted * (entry.time - root.base);
      entry.counted = 0;
    };
    /** Puts what comes back where it has the lag that it had, although it moves the average by coming. */
    const place = (task: Task): void => {
      const entry = Entry.at(store, task.policyRecord);
      const { weight: others } = Root.at(store, ground.root);
      const lag = others === 0 ? entry.lag : Math.floor((entry.lag * (others + task.weight)) / others);
      entry.time = average() - lag;
      entry.deadline = entry.time + virtual(request(task), task.weight);
    };
    const isEligible = (at: number): boolean => Entry.at(store, at).time <= average();
    return {
      name: 'eevdf',
      initialise() {
        ground.root = ground.allocate(Root.size);
        Root.at(store, ground.root).request = slice || ground.quantum;
      },
      enqueue(task, reason) {
        const at = entryOf(store, task);
        const entry = Entry.at(store, at);
        const isBack = reason === 'preempted' || reason === 'yielded';
        if (!isBack) place(task);
        else if (entry.time >= entry.deadline || reason === 'yielded')
          entry.deadline = Math.max(entry.time, entry.deadline) + virtual(request(task), task.weight);
        count(task);
        enter(store, ground.root, at, entry.deadline);
      },
      dequeue(task) {
        remove(store, task.policyRecord);
        discount(task);
      },
      dispatch(hart) {
        let at = first(store, ground.root);
        while (at !== 0 && !(mayRun(ground.task(Entry.at(store, at).task), hart) && isEligible(at)))
          at = after(store, at);
        // Whoever is eligible may be running elsewhere, or may not run here.
        if (at === 0) at = firstInOrder(ground, store, ground.root, hart);
        if (at === 0) return NOBODY;
        remove(store, at);
        const { task, deadline, time: now } = Entry.at(store, at);
        const cycles = Math.ceil(((deadline - now) * ground.task(task).weight) / (FINE * NICE_ZERO));
        return {
          task,
          slice: Math.max(1, cycles),
          reason: 'its virtual deadline is the earliest of the eligible',
        };
      },
      preempts(woken, running) {
        const rival = Entry.at(store, running.policyRecord);
        return (
          isEligible(woken.policyRecord) && Entry.at(store, woken.policyRecord).deadline < rival.deadline
        );
      },
      running: count,
      stopping(task, _hart, consumed) {
        const root = Root.at(store, ground.root);
        const entry = Entry.at(store, task.policyRecord);
        const ran = virtual(consumed, task.weight);
        entry.time += ran;
        root.sum += entry.counted * ran;
        discount(task);
      },
      changed: discount,
      dump() {
        const { line, base } = Root.at(store, ground.root);
        const text = orderText(ground, store, line, (at) => {
          const { time: own, deadline } = Entry.at(store, at);
          return `at ${Math.round((own - base) / FINE)}, due ${Math.round((deadline - base) / FINE)}`;
        });
        return `eevdf, by virtual deadline, from the average: ${text}`;
      },
    };
  },
});
