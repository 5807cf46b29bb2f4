/**
 * Atropos, the scheduler of Nemesis: a task has a contract (slice, period, latency, extra). While it has time left in its
 * period it is due by the period's end, earliest first; then it waits for the next. Who wakes after its period is over is due
 * after its latency. What contracts leave over goes to those with `extra` and those without a contract, to who has had least.
 */
import type { Task } from '../contracts/scheduler.ts';
import { NEVER } from '../contracts/units.ts';
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

export const atropos = definePolicy({
  name: 'atropos',
  title: 'contracts of slice, period, latency and extra, by earliest deadline',
  source:
    'Leslie and others, The design and implementation of an operating system to support distributed multimedia applications, 1996',
  parameters: { quantum: time("turn of what is left over; 0 is the machine's") },
  make(ground, store, { quantum }) {
    const lines = () => Root.at(store, ground.root);
    const renew = (task: Task, from: number): void => {
      const entry = Entry.at(store, task.policyRecord);
      entry.left = task.slice;
      entry.renews = from + task.period;
      entry.deadline = entry.renews;
    };
    const queue = (at: number): void => {
      const { left, deadline, renews, task } = Entry.at(store, at);
      if (!hasContract(ground.task(task))) enter(store, lines().spent, at, NEVER);
      else if (left > 0) enter(store, lines().due, at, deadline);
      else enter(store, lines().spent, at, renews);
    };
    /** Gives a new slice to those whose next period has begun. */
    const renewDue = (): void => {
      const { spent } = lines();
      for (let at = first(store, spent); at !== 0; at = first(store, spent)) {
        const { renews, key, task } = Entry.at(store, at);
        if (key > ground.now()) return;
        remove(store, at);
        renew(ground.task(task), renews);
        queue(at);
      }
    };
    const untilRenewal = (): number => {
      const next = first(store, lines().spent);
      return next === 0 ? NEVER : Entry.at(store, next).key - ground.now();
    };
    /** Of those that take what is left over, the one that has had least of it. */
    const leastGifted = (hart: number): number => {
      let best = 0;
      for (let at = first(store, lines().spent); at !== 0; at = after(store, at)) {
        const task = ground.task(Entry.at(store, at).task);
        if (!mayRun(task, hart) || (hasContract(task) && task.extra === 0)) continue;
        if (best === 0 || Entry.at(store, at).gift < Entry.at(store, best).gift) best = at;
      }
      return best;
    };
    const decide = (at: number, gifted: number, slice: number, reason: string) => {
      remove(store, at);
      const entry = Entry.at(store, at);
      entry.gifted = gifted;
      return { task: entry.task, slice, reason };
    };
    return {
      name: 'atropos',
      initialise() {
        ground.root = ground.allocate(Root.size);
      },
      admit(task) {
        if (!hasContract(task)) return '';
        const root = lines();
        const share = Math.floor((task.slice / task.period) * WHOLE);
        const promised = root.promised + share;
        if (promised > WHOLE * ground.harts)
          return `contracts would promise ${(promised / WHOLE).toFixed(3)} processors, and there ${ground.harts === 1 ? 'is 1' : `are ${ground.harts}`}`;
        root.promised = promised;
        Entry.at(store, task.policyRecord).share = share;
        return '';
      },
      enqueue(task, reason) {
        const at = entryOf(store, task);
        const entry = Entry.at(store, at);
        if (hasContract(task) && ground.now() >= entry.renews) {
          renew(task, reason === 'preempted' && entry.renews > 0 ? entry.renews : ground.now());
          if (reason === 'woken' && task.latency > 0) entry.deadline = ground.now() + task.latency;
        }
        queue(at);
      },
      dequeue: (task) => remove(store, task.policyRecord),
      dispatch(hart) {
        renewDue();
        const renewal = untilRenewal();
        const at = firstInOrder(ground, store, lines().due, hart);
        if (at !== 0)
          return decide(at, 0, Math.min(Entry.at(store, at).left, renewal), 'its contract is due earliest');
        const extra = leastGifted(hart);
        const turn = Math.min(quantum || ground.quantum, renewal);
        if (extra !== 0) return decide(extra, 1, turn, 'contracts leave time, and it has had least of that');
        return {
          task: 0,
          slice: renewal === NEVER ? 0 : renewal,
          reason: 'nobody has time left in this period',
        };
      },
      preempts(woken, running) {
        const [mine, other] = [Entry.at(store, woken.policyRecord), Entry.at(store, running.policyRecord)];
        if (mine.left === 0) return false;
        return other.gifted === 1 || mine.deadline < other.deadline;
      },
      stopping(task, _hart, consumed) {
        const entry = Entry.at(store, task.policyRecord);
        if (entry.gifted === 1) entry.gift += consumed;
        else entry.left = Math.max(0, entry.left - consumed);
      },
      leave(task) {
        const root = lines();
        root.promised -= Entry.at(store, task.policyRecord).share;
      },
      dump() {
        const { due, spent, promised } = lines();
        const note = (at: number) => `${Entry.at(store, at).left} left, by ${Entry.at(store, at).key}`;
        return `Atropos, ${(promised / WHOLE).toFixed(3)} processors promised, due: ${orderText(ground, store, due, note)}; waiting for a period or for time left over: ${orderText(ground, store, spent, note)}`;
      },
    };
  },
});
