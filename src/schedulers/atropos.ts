/**
 * Atropos, the scheduler of Nemesis: a task has a contract (slice, period, latency, extra). While it has time left in its
 * period it is due by the period's end, earliest first; then it waits for the next. Who wakes after its period is over is due
 * after its latency. What contracts leave over goes to those with `extra` and those without a contract, to who has had least.
 */
import type {
  Decision,
  EnqueueReason,
  PolicyGround,
  SchedulingPolicy,
  Task,
} from '../contracts/scheduler.ts';
import type { Cycles } from '../contracts/units.ts';
import { NEVER } from '../contracts/units.ts';
import type { RecordStore } from '../kernel/records.ts';
import { record } from '../kernel/records.ts';
import { definePolicy, time } from './parts/definition.ts';
import { ENTRY_FIELDS, entryOf, mayRun } from './parts/entry.ts';
import { after, enter, first, firstInOrder, Line, orderText, remove } from './parts/ordered.ts';

/** Shares are in parts of this, rounded down. */
const WHOLE = 1_000_000_000;

const Root = record('AtroposRoot', {
  /** With time left, by what they are due; without, by their next period; without contract. */
  due: { embedded: Line },
  spent: { embedded: Line },
  promised: 'integer',
});
const Entry = record('AtroposEntry', {
  ...ENTRY_FIELDS,
  left: 'integer',
  deadline: 'integer',
  renews: 'integer',
  /** Cycles had of what was left over, and 1 while it runs on that. */
  gift: 'integer',
  gifted: 'u32',
  share: 'integer',
});

function hasContract({ period, slice }: Task): boolean {
  return period > 0 && slice > 0;
}

class Atropos implements SchedulingPolicy {
  readonly name = 'atropos';
  readonly #ground: PolicyGround;
  readonly #store: RecordStore;
  readonly #quantum: number;

  constructor(ground: PolicyGround, store: RecordStore, { quantum }: { readonly quantum: number }) {
    this.#ground = ground;
    this.#store = store;
    this.#quantum = quantum || ground.quantum;
  }

  #lines() {
    return Root.at(this.#store, this.#ground.root);
  }

  #renew(task: Task, from: number): void {
    const entry = Entry.at(this.#store, task.policyRecord);
    entry.left = task.slice;
    entry.renews = from + task.period;
    entry.deadline = entry.renews;
  }

  #queue(at: number): void {
    const { left, deadline, renews, task } = Entry.at(this.#store, at);
    if (!hasContract(this.#ground.task(task))) enter(this.#store, this.#lines().spent, at, NEVER);
    else if (left > 0) enter(this.#store, this.#lines().due, at, deadline);
    else enter(this.#store, this.#lines().spent, at, renews);
  }

  /** Gives a new slice to those whose next period has begun. */
  #renewDue(): void {
    const { spent } = this.#lines();
    for (let at = first(this.#store, spent); at !== 0; at = first(this.#store, spent)) {
      const { renews, key, task } = Entry.at(this.#store, at);
      if (key > this.#ground.now()) return;
      remove(this.#store, at);
      this.#renew(this.#ground.task(task), renews);
      this.#queue(at);
    }
  }

  #untilRenewal(): number {
    const next = first(this.#store, this.#lines().spent);
    return next === 0 ? NEVER : Entry.at(this.#store, next).key - this.#ground.now();
  }

  /** Of those that take what is left over, the one that has had least of it. */
  #leastGifted(hart: number): number {
    let best = 0;
    for (let at = first(this.#store, this.#lines().spent); at !== 0; at = after(this.#store, at)) {
      const task = this.#ground.task(Entry.at(this.#store, at).task);
      if (!mayRun(task, hart) || (hasContract(task) && task.extra === 0)) continue;
      if (best === 0 || Entry.at(this.#store, at).gift < Entry.at(this.#store, best).gift) best = at;
    }
    return best;
  }

  #decide(at: number, gifted: number, slice: number, reason: string) {
    remove(this.#store, at);
    const entry = Entry.at(this.#store, at);
    entry.gifted = gifted;
    return { task: entry.task, slice, reason };
  }

  initialise(): void {
    this.#ground.root = this.#ground.allocate(Root.size);
  }

  admit(task: Task): string {
    if (!hasContract(task)) return '';
    const root = this.#lines();
    const share = Math.floor((task.slice / task.period) * WHOLE);
    const promised = root.promised + share;
    if (promised > WHOLE * this.#ground.harts)
      return `contracts would promise ${(promised / WHOLE).toFixed(3)} processors, and there ${this.#ground.harts === 1 ? 'is 1' : `are ${this.#ground.harts}`}`;
    root.promised = promised;
    Entry.at(this.#store, task.policyRecord).share = share;
    return '';
  }

  enqueue(task: Task, reason: EnqueueReason): void {
    const at = entryOf(this.#store, task);
    const entry = Entry.at(this.#store, at);
    if (hasContract(task) && this.#ground.now() >= entry.renews) {
      this.#renew(task, reason === 'preempted' && entry.renews > 0 ? entry.renews : this.#ground.now());
      if (reason === 'woken' && task.latency > 0) entry.deadline = this.#ground.now() + task.latency;
    }
    this.#queue(at);
  }

  dequeue(task: Task): void {
    remove(this.#store, task.policyRecord);
  }

  dispatch(hart: number): Decision {
    this.#renewDue();
    const renewal = this.#untilRenewal();
    const at = firstInOrder(this.#ground, this.#store, this.#lines().due, hart);
    if (at !== 0)
      return this.#decide(
        at,
        0,
        Math.min(Entry.at(this.#store, at).left, renewal),
        'its contract is due earliest',
      );
    const extra = this.#leastGifted(hart);
    const turn = Math.min(this.#quantum || this.#ground.quantum, renewal);
    if (extra !== 0)
      return this.#decide(extra, 1, turn, 'contracts leave time, and it has had least of that');
    return {
      task: 0,
      slice: renewal === NEVER ? 0 : renewal,
      reason: 'nobody has time left in this period',
    };
  }

  preempts(woken: Task, running: Task): boolean {
    const [mine, other] = [
      Entry.at(this.#store, woken.policyRecord),
      Entry.at(this.#store, running.policyRecord),
    ];
    if (mine.left === 0) return false;
    return other.gifted === 1 || mine.deadline < other.deadline;
  }

  stopping(task: Task, _hart: number, consumed: Cycles): void {
    const entry = Entry.at(this.#store, task.policyRecord);
    if (entry.gifted === 1) entry.gift += consumed;
    else entry.left = Math.max(0, entry.left - consumed);
  }

  leave(task: Task): void {
    const root = this.#lines();
    root.promised -= Entry.at(this.#store, task.policyRecord).share;
  }

  dump(): string {
    const { due, spent, promised } = this.#lines();
    const note = (at: number) =>
      `${Entry.at(this.#store, at).left} left, by ${Entry.at(this.#store, at).key}`;
    return `Atropos, ${(promised / WHOLE).toFixed(3)} processors promised, due: ${orderText(this.#ground, this.#store, due, note)}; waiting for a period or for time left over: ${orderText(this.#ground, this.#store, spent, note)}`;
  }
}

export const atropos = definePolicy({
  name: 'atropos',
  title: 'contracts of slice, period, latency and extra, by earliest deadline',
  source:
    'Leslie and others, The design and implementation of an operating system to support distributed multimedia applications, 1996',
  parameters: { quantum: time("turn of what is left over; 0 is the machine's") },
  make: (ground, store, settings) => new Atropos(ground, store, settings),
});
