/**
 * Linux 2.6's O(1): for each hart an active and an expired array of 140 lists, so that the best is found in constant time. Who
 * has used its time slice goes to the expired array; when the active one is empty, they change places. Priority is static
 * (120 + nice) less a bonus of -5 to +5 for recent sleep; interactive tasks go back into the active array unless expired ones
 * starve. New tasks go to the hart with fewest; a hart with none pulls from the one that has most.
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
import { ENTRY_FIELDS, entryOf, NOBODY } from './parts/entry.ts';
import { bestFor, LEVELS, Levels, levelsText, makeLevels, put, take } from './parts/levels.ts';

/** Milliseconds (kernel/sched.c of 2.6.16): the longest sleep that counts, the limit after which expired ones starve. */
const MOST_SLEEP = 1000;
const STARVATION = 1000;
const MOST_BONUS = 10;
const INTERACTIVE = 2;
const NICE_ZERO = 120;
const BEST = 100;
const WORST = LEVELS - 1;

const Queue = record('ConstantTimeQueue', {
  first: { embedded: Levels },
  second: { embedded: Levels },
  /** Which of the two is active. */
  active: 'u32',
  /** Ready and running tasks. */
  tasks: 'integer',
  /** Since when somebody has been expired, and 1; 0 when nobody is. */
  expiredSince: 'integer',
});
const Entry = record('ConstantTimeEntry', {
  ...ENTRY_FIELDS,
  /** What is left of its slice. */
  left: 'integer',
  /** Recent sleep less recent running, in cycles; and since when it sleeps. */
  sleep: 'integer',
  stopped: 'integer',
  /** Its hart and 1, or 0; its level and its array while it is queued; whether its hart counts it. */
  home: 'u32',
  level: 'u32',
  array: 'u32',
  counted: 'u32',
});

/** The time slice of a nice value in milliseconds. */
export function sliceOf(nice: number): number {
  return Math.max(5, (LEVELS - NICE_ZERO - nice) * (nice < 0 ? 20 : 5));
}

class ConstantTime implements SchedulingPolicy {
  readonly name = 'o1';
  readonly #ground: PolicyGround;
  readonly #store: RecordStore;
  readonly #unit: number;

  constructor(ground: PolicyGround, store: RecordStore, { millisecond }: { readonly millisecond: number }) {
    this.#ground = ground;
    this.#store = store;
    this.#unit = millisecond || ground.millisecond;
  }

  #queue(hart: number) {
    return Queue.at(this.#store, this.#ground.root + hart * Queue.size);
  }

  #entryAt(at: number) {
    return Entry.at(this.#store, at);
  }

  #levelOf(task: Task): number {
    const bonus = Math.floor(
      (this.#entryAt(task.policyRecord).sleep * MOST_BONUS) / (MOST_SLEEP * this.#unit),
    );
    return Math.max(BEST, Math.min(WORST, NICE_ZERO + task.nice - bonus + MOST_BONUS / 2));
  }

  #isInteractive(task: Task): boolean {
    const delta = Math.floor(((task.nice + 20) * MOST_BONUS) / 40) - MOST_BONUS / 2 + INTERACTIVE;
    return this.#levelOf(task) <= NICE_ZERO + task.nice - delta;
  }

  #leastLoaded(affinity: number): number {
    let found = -1;
    for (let hart = 0; hart < this.#ground.harts; hart++)
      if (
        ((affinity >>> hart) & 1) === 1 &&
        (found < 0 || this.#queue(hart).tasks < this.#queue(found).tasks)
      )
        found = hart;
    return found;
  }

  #settle(task: Task, hart: number, counted: 0 | 1): void {
    const entry = this.#entryAt(task.policyRecord);
    if (entry.counted === 1) this.#queue(entry.home - 1).tasks -= 1;
    if (counted === 1) this.#queue(hart).tasks += 1;
    entry.counted = counted;
    entry.home = hart + 1;
  }

  /** The best of a hart's own; the arrays change places when nobody is active. */
  #own(hart: number): number {
    const line = this.#queue(hart);
    const { active, first, second } = line;
    if (Levels.at(this.#store, active === 0 ? first : second).length > 0)
      return bestFor(this.#ground, this.#store, active === 0 ? first : second, hart);
    line.active = 1 - active;
    line.expiredSince = 0;
    return bestFor(this.#ground, this.#store, active === 0 ? second : first, hart);
  }

  /** Somebody who may come, of the hart that has most: expired ones first, whose caches are coldest. */
  #pulled(hart: number): number {
    let [found, most] = [0, 0];
    for (let other = 0; other < this.#ground.harts; other++) {
      const { active, first, second, tasks } = this.#queue(other);
      if (tasks <= most) continue;
      const [cold, warm] = active === 0 ? [second, first] : [first, second];
      const candidate =
        bestFor(this.#ground, this.#store, cold, hart) || bestFor(this.#ground, this.#store, warm, hart);
      if (candidate !== 0) [found, most] = [candidate, tasks];
    }
    return found;
  }

  #starves(hart: number): boolean {
    const { expiredSince, tasks } = this.#queue(hart);
    return expiredSince > 0 && this.#ground.now() + 1 - expiredSince > STARVATION * this.#unit * tasks;
  }

  /** Gives a new slice when the old one is used, and says whether the task has to wait in the expired array. */
  #expire(task: Task, hart: number, yielded: boolean): boolean {
    const entry = this.#entryAt(task.policyRecord);
    if (entry.left > 0) return yielded;
    entry.left = sliceOf(task.nice) * this.#unit;
    return yielded || !this.#isInteractive(task) || this.#starves(hart);
  }

  initialise(): void {
    this.#ground.root = this.#ground.allocate(Queue.size * this.#ground.harts);
    for (let hart = 0; hart < this.#ground.harts; hart++) {
      makeLevels(this.#ground, this.#store, this.#queue(hart).first);
      makeLevels(this.#ground, this.#store, this.#queue(hart).second);
    }
  }

  enqueue(task: Task, reason: EnqueueReason): void {
    const at = entryOf(this.#store, task);
    const entry = this.#entryAt(at);
    const stays = entry.home > 0 && ((task.affinity >>> (entry.home - 1)) & 1) === 1;
    const hart = stays ? entry.home - 1 : this.#leastLoaded(task.affinity);
    this.#settle(task, hart, 1);
    const returns = reason === 'preempted' || reason === 'yielded';
    if (reason === 'woken')
      entry.sleep = Math.min(MOST_SLEEP * this.#unit, entry.sleep + this.#ground.now() - entry.stopped);
    const keepsPlace = reason === 'preempted' && entry.left > 0;
    const line = this.#queue(hart);
    const isExpired = this.#expire(task, hart, reason === 'yielded') && returns;
    if (isExpired && line.expiredSince === 0) line.expiredSince = this.#ground.now() + 1;
    entry.array = (line.active === 0) === isExpired ? line.second : line.first;
    entry.level = this.#levelOf(task);
    put(this.#store, entry.array, entry.level, at, keepsPlace);
  }

  dequeue(task: Task): void {
    const { array, level, home } = this.#entryAt(task.policyRecord);
    take(this.#store, array, level, task.policyRecord);
    this.#settle(task, home - 1, 0);
  }

  dispatch(hart: number): Decision {
    const mine = this.#own(hart);
    const at = mine || this.#pulled(hart);
    if (at === 0) return NOBODY;
    const { array, level, task, left } = this.#entryAt(at);
    take(this.#store, array, level, at);
    this.#settle(this.#ground.task(task), hart, 1);
    return {
      task,
      slice: left,
      reason: mine !== 0 ? 'its level is best' : 'it is pulled from another hart',
    };
  }

  inherits(holder: Task, donor: Task): boolean {
    return donor.nice < holder.nice;
  }

  running(task: Task, hart: number): void {
    this.#settle(task, hart, 1);
  }

  preempts(woken: Task, running: Task): boolean {
    return (
      this.#entryAt(woken.policyRecord).home === this.#entryAt(running.policyRecord).home &&
      this.#levelOf(woken) < this.#levelOf(running)
    );
  }

  stopping(task: Task, hart: number, consumed: Cycles): void {
    const entry = this.#entryAt(task.policyRecord);
    entry.left = Math.max(0, entry.left - consumed);
    entry.sleep = Math.max(0, entry.sleep - consumed);
    entry.stopped = this.#ground.now();
    this.#settle(task, hart, 0);
  }

  dump(): string {
    const harts = Array.from({ length: this.#ground.harts }, (_, hart) => {
      const { active, first, second } = this.#queue(hart);
      const [now, later] = active === 0 ? [first, second] : [second, first];
      return `hart ${hart}: active ${levelsText(this.#ground, this.#store, now)}; expired ${levelsText(this.#ground, this.#store, later)}`;
    });
    return `constant time, by level: ${harts.join('\n')}`;
  }
}

export const constantTime = definePolicy({
  name: 'o1',
  title: "Linux 2.6's constant-time scheduler",
  source: 'Molnar, Linux 2.6.16, kernel/sched.c; Bovet and Cesati, Understanding the Linux Kernel, chapter 7',
  parameters: { millisecond: time('what counts as a millisecond; 0 is one') },
  make: (ground, store, settings) => new ConstantTime(ground, store, settings),
});
