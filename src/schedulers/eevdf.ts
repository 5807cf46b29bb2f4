/**
 * Earliest eligible virtual deadline first, as in Linux 6.6 and later. A task's virtual time grows by what it runs, divided by
 * its weight; it is eligible while that is at most the weighted average of all; of the eligible, the one whose virtual deadline
 * (virtual time + request / weight) is earliest runs. Who waits keeps its lag, within two requests.
 */
import type {
  Decision,
  EnqueueReason,
  PolicyGround,
  SchedulingPolicy,
  Task,
} from '../contracts/scheduler.ts';
import type { Cycles } from '../contracts/units.ts';
import type { RecordStore } from '../kernel/records.ts';
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

class Eevdf implements SchedulingPolicy {
  readonly name = 'eevdf';
  readonly #ground: PolicyGround;
  readonly #store: RecordStore;
  readonly #slice: number;

  constructor(ground: PolicyGround, store: RecordStore, { slice }: { readonly slice: number }) {
    this.#ground = ground;
    this.#store = store;
    this.#slice = slice || ground.quantum;
  }

  #virtual(cycles: number, weight: number): number {
    return Math.floor((cycles * FINE * NICE_ZERO) / weight);
  }

  #request(task: Task): number {
    return task.slice || Root.at(this.#store, this.#ground.root).request;
  }

  /** The average, rounded down; the base follows it, so that sums stay small. */
  #average(): number {
    const root = Root.at(this.#store, this.#ground.root);
    const { weight, sum, base } = root;
    if (weight === 0) return base;
    const ahead = Math.floor(sum / weight);
    root.base = base + ahead;
    root.sum = sum - ahead * weight;
    return base + ahead;
  }

  #count(task: Task): void {
    const root = Root.at(this.#store, this.#ground.root);
    const entry = Entry.at(this.#store, task.policyRecord);
    if (entry.counted !== 0) return;
    const { weight } = task;
    entry.counted = weight;
    root.weight += weight;
    root.sum += weight * (entry.time - root.base);
  }

  #discount(task: Task): void {
    const root = Root.at(this.#store, this.#ground.root);
    const entry = Entry.at(this.#store, task.policyRecord);
    const { counted } = entry;
    if (counted === 0) return;
    const most = this.#virtual(2 * this.#request(task), counted);
    entry.lag = Math.max(-most, Math.min(most, this.#average() - entry.time));
    root.weight -= counted;
    root.sum -= counted * (entry.time - root.base);
    entry.counted = 0;
  }

  /** Puts what comes back where it has the lag that it had, although it moves the average by coming. */
  #place(task: Task): void {
    const entry = Entry.at(this.#store, task.policyRecord);
    const { weight: others } = Root.at(this.#store, this.#ground.root);
    const lag = others === 0 ? entry.lag : Math.floor((entry.lag * (others + task.weight)) / others);
    entry.time = this.#average() - lag;
    entry.deadline = entry.time + this.#virtual(this.#request(task), task.weight);
  }

  #isEligible(at: number): boolean {
    return Entry.at(this.#store, at).time <= this.#average();
  }

  initialise(): void {
    this.#ground.root = this.#ground.allocate(Root.size);
    Root.at(this.#store, this.#ground.root).request = this.#slice;
  }

  enqueue(task: Task, reason: EnqueueReason): void {
    const at = entryOf(this.#store, task);
    const entry = Entry.at(this.#store, at);
    const isBack = reason === 'preempted' || reason === 'yielded';
    if (!isBack) this.#place(task);
    else if (entry.time >= entry.deadline || reason === 'yielded')
      entry.deadline = Math.max(entry.time, entry.deadline) + this.#virtual(this.#request(task), task.weight);
    this.#count(task);
    enter(this.#store, this.#ground.root, at, entry.deadline);
  }

  dequeue(task: Task): void {
    remove(this.#store, task.policyRecord);
    this.#discount(task);
  }

  dispatch(hart: number): Decision {
    let at = first(this.#store, this.#ground.root);
    while (
      at !== 0 &&
      !(mayRun(this.#ground.task(Entry.at(this.#store, at).task), hart) && this.#isEligible(at))
    )
      at = after(this.#store, at);
    // Whoever is eligible may be running elsewhere, or may not run here.
    if (at === 0) at = firstInOrder(this.#ground, this.#store, this.#ground.root, hart);
    if (at === 0) return NOBODY;
    remove(this.#store, at);
    const { task, deadline, time: now } = Entry.at(this.#store, at);
    const cycles = Math.ceil(((deadline - now) * this.#ground.task(task).weight) / (FINE * NICE_ZERO));
    return {
      task,
      slice: Math.max(1, cycles),
      reason: 'its virtual deadline is the earliest of the eligible',
    };
  }

  preempts(woken: Task, running: Task): boolean {
    const rival = Entry.at(this.#store, running.policyRecord);
    return (
      this.#isEligible(woken.policyRecord) &&
      Entry.at(this.#store, woken.policyRecord).deadline < rival.deadline
    );
  }

  running(task: Task): void {
    this.#count(task);
  }

  stopping(task: Task, _hart: number, consumed: Cycles): void {
    const root = Root.at(this.#store, this.#ground.root);
    const entry = Entry.at(this.#store, task.policyRecord);
    const ran = this.#virtual(consumed, task.weight);
    entry.time += ran;
    root.sum += entry.counted * ran;
    this.#discount(task);
  }

  inherits(holder: Task, donor: Task): boolean {
    return donor.weight > holder.weight;
  }

  changed(task: Task): void {
    this.#discount(task);
  }

  dump(): string {
    const { line, base } = Root.at(this.#store, this.#ground.root);
    const text = orderText(this.#ground, this.#store, line, (at) => {
      const { time: own, deadline } = Entry.at(this.#store, at);
      return `at ${Math.round((own - base) / FINE)}, due ${Math.round((deadline - base) / FINE)}`;
    });
    return `eevdf, by virtual deadline, from the average: ${text}`;
  }
}

export const eevdf = definePolicy({
  name: 'eevdf',
  title: "earliest eligible virtual deadline first: Linux's since 6.6",
  source: 'Stoica and Abdel-Wahab, 1995; Linux, Documentation/scheduler/sched-eevdf.rst',
  parameters: { slice: time("request of a task without one of its own; 0 is the machine's quantum") },
  make: (ground, store, settings) => new Eevdf(ground, store, settings),
});
