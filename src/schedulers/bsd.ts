/**
 * 4.4BSD: priorities from recent use. Each tick of running adds one to a task's estimate; every second all estimates decay by
 * 2 load / (2 load + 1), those of sleepers once for each second when they wake; user priority = 50 + estimate / 4 + 2 nice, at
 * most 127. Four priorities share one of 32 queues; a queue is round robin by ten ticks.
 */
import type { Task } from '../contracts/scheduler.ts';
import { record } from '../kernel/records.ts';
import { definePolicy, time } from './parts/definition.ts';
import { ENTRY_FIELDS, entryOf, NOBODY } from './parts/entry.ts';
import { enter, first, firstInOrder, Line, orderText, remove } from './parts/ordered.ts';

/** PUSER and MAXPRI of <sys/param.h>, priorities in one queue, ticks in a second and in a turn (100 Hz clock). */
const USER = 50;
const WORST = 127;
const IN_A_QUEUE = 4;
const SECOND = 100;
const TURN = 10;
const MOST_ESTIMATE = 255;
/** Fixed point of the load average, and exp(-1/12) in it: five seconds of a minute. */
const ONE = 2048;
const DECAY = 1884;
const SAMPLE_SECONDS = 5;

const Pair = record('BsdLines', { first: { embedded: Line }, second: { embedded: Line } });
const Root = record('BsdRoot', {
  lines: { embedded: Pair },
  /** Which of the two lines is in use: the other one is for sorting anew. */
  other: 'u32',
  /** Average number of ready and running tasks over a minute, times ONE. */
  load: 'integer',
  active: 'integer',
  seconds: 'integer',
});
const Entry = record('BsdEntry', {
  ...ENTRY_FIELDS,
  /** p_estcpu, in ONEths of a tick. */
  estimate: 'integer',
  /** Cycles of running of which no tick was made yet. */
  fraction: 'integer',
  /** The second up to which its estimate has decayed. */
  decayed: 'integer',
  active: 'u32',
});

export const bsd = definePolicy({
  name: 'bsd',
  title: "4.4BSD's decaying priorities",
  source: 'McKusick, Bostic, Karels, Quarterman, The Design and Implementation of 4.4BSD, 4.4',
  parameters: { tick: time('a tick of the clock; 0 is 10 ms', 0) },
  make(ground, store, { tick: given }) {
    const tick = given || 10 * ground.millisecond;
    const line = (): number => {
      const { lines, other } = Root.at(store, ground.root);
      return lines + other * Line.size;
    };
    const priorityOf = (task: Task): number => {
      const { estimate } = Entry.at(store, task.policyRecord);
      const user = USER + Math.floor(estimate / ONE / 4) + 2 * task.nice;
      return Math.max(USER, Math.min(WORST, user));
    };
    const queueOf = (task: Task): number => Math.floor(priorityOf(task) / IN_A_QUEUE);
    /** Lets an estimate decay for every second that has gone by. */
    const decay = (task: Task): void => {
      const { seconds, load } = Root.at(store, ground.root);
      const entry = Entry.at(store, task.policyRecord);
      for (let left = Math.min(seconds - entry.decayed, SECOND); left > 0 && entry.estimate > 0; left--) {
        const lower = Math.floor((entry.estimate * 2 * load) / (2 * load + ONE)) + task.nice * ONE;
        entry.estimate = Math.max(0, Math.min(MOST_ESTIMATE * ONE, lower));
      }
      entry.decayed = seconds;
    };
    const count = (task: Task, active: number): void => {
      const entry = Entry.at(store, task.policyRecord);
      const root = Root.at(store, ground.root);
      if (entry.active !== active) root.active += active === 1 ? 1 : -1;
      entry.active = active;
    };
    /** schedcpu: once a second, queued tasks are sorted in anew. */
    const everySecond = (): void => {
      const root = Root.at(store, ground.root);
      root.seconds += 1;
      if (root.seconds % SAMPLE_SECONDS === 1)
        root.load = Math.floor((root.load * DECAY + root.active * ONE * (ONE - DECAY)) / ONE);
      const from = line();
      root.other = 1 - root.other;
      for (let at = first(store, from); at !== 0; at = first(store, from)) {
        remove(store, at);
        const task = ground.task(Entry.at(store, at).task);
        decay(task);
        enter(store, line(), at, queueOf(task));
      }
    };
    return {
      name: 'bsd',
      tickEvery: tick,
      initialise() {
        ground.root = ground.allocate(Root.size);
      },
      tick() {
        if (Math.floor(ground.now() / tick) % SECOND !== 0) return false;
        everySecond();
        return true;
      },
      enqueue(task) {
        const at = entryOf(store, task);
        decay(task);
        count(task, 1);
        enter(store, line(), at, queueOf(task));
      },
      dequeue(task) {
        remove(store, task.policyRecord);
        count(task, 0);
      },
      dispatch(hart) {
        const at = firstInOrder(ground, store, line(), hart);
        if (at === 0) return NOBODY;
        remove(store, at);
        return {
          task: Entry.at(store, at).task,
          slice: TURN * tick,
          reason: 'it is first of the best queue',
        };
      },
      preempts: (woken, running) => queueOf(woken) < queueOf(running),
      running: (task) => count(task, 1),
      stopping(task, _hart, consumed) {
        const entry = Entry.at(store, task.policyRecord);
        decay(task);
        const ticks = Math.floor((entry.fraction + consumed) / tick);
        entry.fraction = (entry.fraction + consumed) % tick;
        entry.estimate = Math.min(MOST_ESTIMATE * ONE, entry.estimate + ticks * ONE);
        count(task, 0);
      },
      dump() {
        const { load } = Root.at(store, ground.root);
        const text = orderText(ground, store, line(), (at) =>
          priorityOf(ground.task(Entry.at(store, at).task)),
        );
        return `4.4BSD, load ${(load / ONE).toFixed(2)}, by queue with user priority: ${text}`;
      },
    };
  },
});
