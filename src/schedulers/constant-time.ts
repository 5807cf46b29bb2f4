/**
 * Linux 2.6's O(1): for each hart an active and an expired array of 140 lists, so that the best is found in constant time. Who
 * has used its time slice goes to the expired array; when the active one is empty, they change places. Priority is static
 * (120 + nice) less a bonus of -5 to +5 for recent sleep; interactive tasks go back into the active array unless expired ones
 * starve. New tasks go to the hart with fewest; a hart with none pulls from the one that has most.
 */
import type { Task } from '../contracts/scheduler.ts';
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
const [BEST, WORST] = [100, LEVELS - 1];

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

export const constantTime = definePolicy({
  name: 'o1',
  title: "Linux 2.6's constant-time scheduler",
  source: 'Molnar, Linux 2.6.16, kernel/sched.c; Bovet and Cesati, Understanding the Linux Kernel, chapter 7',
  parameters: { millisecond: time('what counts as a millisecond; 0 is one') },
  make(ground, store, { millisecond }) {
    const unit = millisecond || ground.millisecond;
    const queue = (hart: number) => Queue.at(store, ground.root + hart * Queue.size);
    const entryAt = (at: number) => Entry.at(store, at);
    const levelOf = (task: Task): number => {
      const bonus = Math.floor((entryAt(task.policyRecord).sleep * MOST_BONUS) / (MOST_SLEEP * unit));
      return Math.max(BEST, Math.min(WORST, NICE_ZERO + task.nice - bonus + MOST_BONUS / 2));
    };
    const isInteractive = (task: Task): boolean => {
      const delta = Math.floor(((task.nice + 20) * MOST_BONUS) / 40) - MOST_BONUS / 2 + INTERACTIVE;
      return levelOf(task) <= NICE_ZERO + task.nice - delta;
    };
    /** The hart with fewest (sign 1) or most (-1) tasks of an affinity. */
    const extreme = (affinity: number, sign: number): number => {
      let found = -1;
      for (let hart = 0; hart < ground.harts; hart++)
        if (
          ((affinity >>> hart) & 1) === 1 &&
          (found < 0 || (queue(hart).tasks - queue(found).tasks) * sign < 0)
        )
          found = hart;
      return found;
    };
    const settle = (task: Task, hart: number, counted: 0 | 1): void => {
      const entry = entryAt(task.policyRecord);
      if (entry.counted === 1) queue(entry.home - 1).tasks -= 1;
      if (counted === 1) queue(hart).tasks += 1;
      entry.counted = counted;
      entry.home = hart + 1;
    };
    /** The best of a hart's own; the arrays change places when nobody is active. */
    const own = (hart: number): number => {
      const line = queue(hart);
      const { active, first, second } = line;
      if (Levels.at(store, active === 0 ? first : second).length > 0)
        return bestFor(ground, store, active === 0 ? first : second, hart);
      line.active = 1 - active;
      line.expiredSince = 0;
      return bestFor(ground, store, active === 0 ? second : first, hart);
    };
    /** Somebody of the hart that has most: expired ones first, whose caches are coldest. */
    const pulled = (hart: number): number => {
      const { active, first, second } = queue(extreme(2 ** ground.harts - 1, -1));
      const [cold, warm] = active === 0 ? [second, first] : [first, second];
      return bestFor(ground, store, cold, hart) || bestFor(ground, store, warm, hart);
    };
    const starves = (hart: number): boolean => {
      const { expiredSince, tasks } = queue(hart);
      return expiredSince > 0 && ground.now() + 1 - expiredSince > STARVATION * unit * tasks;
    };
    /** Gives a new slice when the old one is used, and says whether the task has to wait in the expired array. */
    const expire = (task: Task, hart: number, yielded: boolean): boolean => {
      const entry = entryAt(task.policyRecord);
      if (entry.left > 0) return yielded;
      entry.left = sliceOf(task.nice) * unit;
      return yielded || !isInteractive(task) || starves(hart);
    };
    return {
      name: 'o1',
      initialise() {
        ground.root = ground.allocate(Queue.size * ground.harts);
        for (let hart = 0; hart < ground.harts; hart++) {
          makeLevels(ground, store, queue(hart).first);
          makeLevels(ground, store, queue(hart).second);
        }
      },
      enqueue(task, reason) {
        const at = entryOf(store, task);
        const entry = entryAt(at);
        const stays = entry.home > 0 && ((task.affinity >>> (entry.home - 1)) & 1) === 1;
        const hart = stays ? entry.home - 1 : extreme(task.affinity, 1);
        settle(task, hart, 1);
        const returns = reason === 'preempted' || reason === 'yielded';
        if (reason === 'woken')
          entry.sleep = Math.min(MOST_SLEEP * unit, entry.sleep + ground.now() - entry.stopped);
        const keepsPlace = reason === 'preempted' && entry.left > 0;
        const line = queue(hart);
        const isExpired = expire(task, hart, reason === 'yielded') && returns;
        if (isExpired && line.expiredSince === 0) line.expiredSince = ground.now() + 1;
        entry.array = (line.active === 0) === isExpired ? line.second : line.first;
        entry.level = levelOf(task);
        put(store, entry.array, entry.level, at, keepsPlace);
      },
      dequeue(task) {
        const { array, level, home } = entryAt(task.policyRecord);
        take(store, array, level, task.policyRecord);
        settle(task, home - 1, 0);
      },
      dispatch(hart) {
        const mine = own(hart);
        const at = mine || pulled(hart);
        if (at === 0) return NOBODY;
        const { array, level, task, left } = entryAt(at);
        take(store, array, level, at);
        settle(ground.task(task), hart, 1);
        return {
          task,
          slice: left,
          reason: mine !== 0 ? 'its level is best' : 'it is pulled from another hart',
        };
      },
      running: (task, hart) => settle(task, hart, 1),
      preempts: (woken, running) =>
        entryAt(woken.policyRecord).home === entryAt(running.policyRecord).home &&
        levelOf(woken) < levelOf(running),
      stopping(task, hart, consumed) {
        const entry = entryAt(task.policyRecord);
        entry.left = Math.max(0, entry.left - consumed);
        entry.sleep = Math.max(0, entry.sleep - consumed);
        entry.stopped = ground.now();
        settle(task, hart, 0);
      },
      dump() {
        const harts = Array.from({ length: ground.harts }, (_, hart) => {
          const { active, first, second } = queue(hart);
          const [now, later] = active === 0 ? [first, second] : [second, first];
          return `hart ${hart}: active ${levelsText(ground, store, now)}; expired ${levelsText(ground, store, later)}`;
        });
        return `constant time, by level: ${harts.join('\n')}`;
      },
    };
  },
});
