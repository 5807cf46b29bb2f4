/**
 * 4.4BSD: priorities from recent use. Each tick of running adds one to a task's estimate; every second all estimates decay by
 * 2 load / (2 load + 1), those of sleepers once for each second when they wake; user priority = 50 + estimate / 4 + 2 nice, at
 * most 127. Four priorities share one of 32 queues; a queue is round robin by ten ticks.
 */
import type { Decision, PolicyGround, SchedulingPolicy, Task } from '../contracts/scheduler.ts';
import type { Cycles } from '../contracts/units.ts';
import type { RecordStore } from '../kernel/records.ts';
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

class Bsd implements SchedulingPolicy {
  readonly name = 'bsd';
  readonly #ground: PolicyGround;
  readonly #store: RecordStore;
  readonly #tick: number;

  constructor(ground: PolicyGround, store: RecordStore, settings: { readonly tick: number }) {
    this.#ground = ground;
    this.#store = store;
    this.#tick = settings.tick || 10 * ground.millisecond;
  }

  #line(): number {
    const { lines, other } = Root.at(this.#store, this.#ground.root);
    return lines + other * Line.size;
  }

  #priorityOf(task: Task): number {
    const { estimate } = Entry.at(this.#store, task.policyRecord);
    const user = USER + Math.floor(estimate / ONE / 4) + 2 * task.nice;
    return Math.max(USER, Math.min(WORST, user));
  }

  #queueOf(task: Task): number {
    return Math.floor(this.#priorityOf(task) / IN_A_QUEUE);
  }

  /** Lets an estimate decay for every second that has gone by. */
  #decay(task: Task): void {
    const { seconds, load } = Root.at(this.#store, this.#ground.root);
    const entry = Entry.at(this.#store, task.policyRecord);
    for (let left = Math.min(seconds - entry.decayed, SECOND); left > 0 && entry.estimate > 0; left--) {
      const lower = Math.floor((entry.estimate * 2 * load) / (2 * load + ONE)) + task.nice * ONE;
      entry.estimate = Math.max(0, Math.min(MOST_ESTIMATE * ONE, lower));
    }
    entry.decayed = seconds;
  }

  #count(task: Task, active: number): void {
    const entry = Entry.at(this.#store, task.policyRecord);
    const root = Root.at(this.#store, this.#ground.root);
    if (entry.active !== active) root.active += active === 1 ? 1 : -1;
    entry.active = active;
  }

  /** schedcpu: once a second, queued tasks are sorted in anew. */
  #everySecond(): void {
    const root = Root.at(this.#store, this.#ground.root);
    root.seconds += 1;
    if (root.seconds % SAMPLE_SECONDS === 1)
      root.load = Math.floor((root.load * DECAY + root.active * ONE * (ONE - DECAY)) / ONE);
    const from = this.#line();
    root.other = 1 - root.other;
    for (let at = first(this.#store, from); at !== 0; at = first(this.#store, from)) {
      remove(this.#store, at);
      const task = this.#ground.task(Entry.at(this.#store, at).task);
      this.#decay(task);
      enter(this.#store, this.#line(), at, this.#queueOf(task));
    }
  }

  initialise(): void {
    this.#ground.root = this.#ground.allocate(Root.size);
  }

  /** Does what is due each second, of at most a hundred seconds that nobody has looked at. */
  #catchUp(): void {
    const root = Root.at(this.#store, this.#ground.root);
    const second = Math.floor(this.#ground.now() / (SECOND * this.#tick));
    if (root.seconds < second - SECOND) root.seconds = second - SECOND;
    while (root.seconds < second) this.#everySecond();
  }

  enqueue(task: Task): void {
    this.#catchUp();
    const at = entryOf(this.#store, task);
    this.#decay(task);
    this.#count(task, 1);
    enter(this.#store, this.#line(), at, this.#queueOf(task));
  }

  dequeue(task: Task): void {
    remove(this.#store, task.policyRecord);
    this.#count(task, 0);
  }

  dispatch(hart: number): Decision {
    this.#catchUp();
    const at = firstInOrder(this.#ground, this.#store, this.#line(), hart);
    if (at === 0) return NOBODY;
    remove(this.#store, at);
    return {
      task: Entry.at(this.#store, at).task,
      slice: TURN * this.#tick,
      reason: 'it is first of the best queue',
    };
  }

  preempts(woken: Task, running: Task): boolean {
    return this.#queueOf(woken) < this.#queueOf(running);
  }

  inherits(holder: Task, donor: Task): boolean {
    return donor.nice < holder.nice;
  }

  running(task: Task): void {
    this.#count(task, 1);
  }

  stopping(task: Task, _hart: number, consumed: Cycles): void {
    const entry = Entry.at(this.#store, task.policyRecord);
    this.#decay(task);
    const ticks = Math.floor((entry.fraction + consumed) / this.#tick);
    entry.fraction = (entry.fraction + consumed) % this.#tick;
    entry.estimate = Math.min(MOST_ESTIMATE * ONE, entry.estimate + ticks * ONE);
    this.#count(task, 0);
  }

  dump(): string {
    const { load } = Root.at(this.#store, this.#ground.root);
    const text = orderText(this.#ground, this.#store, this.#line(), (at) =>
      this.#priorityOf(this.#ground.task(Entry.at(this.#store, at).task)),
    );
    return `4.4BSD, load ${(load / ONE).toFixed(2)}, by queue with user priority: ${text}`;
  }
}

export const bsd = definePolicy({
  name: 'bsd',
  title: "4.4BSD's decaying priorities",
  source: 'McKusick, Bostic, Karels, Quarterman, The Design and Implementation of 4.4BSD, 4.4',
  parameters: { tick: time('a tick of the clock; 0 is 10 ms', 0) },
  make: (ground, store, settings) => new Bsd(ground, store, settings),
});
