/**
 * Multi-level feedback queue by the five rules of Arpaci-Dusseau: a higher queue runs; one queue is round robin; new tasks
 * enter at the top; a task that has used its whole allotment at a level moves down, however often it gave the processor up;
 * after every span of time all move to the top.
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
import { ENTRY_FIELDS, entryOf, NOBODY } from './parts/entry.ts';
import { append, firstFor, List, listText, prepend, unlink } from './parts/list.ts';

const MOST_LEVELS = 64;

const Root = record('FeedbackRoot', { boosts: 'integer', nextBoost: 'integer' });
const Entry = record('FeedbackEntry', {
  ...ENTRY_FIELDS,
  level: 'u32',
  /** Cycles used of its allotment at this level, and of its turn. */
  used: 'integer',
  turn: 'integer',
  /** Boosts that it has had: after another it is at the top. */
  boosts: 'integer',
});

interface FeedbackSettings {
  readonly levels: number;
  readonly quanta: readonly number[];
  readonly allotments: readonly number[];
  readonly boost: number;
}

class FeedbackQueue implements SchedulingPolicy {
  readonly name = 'mlfq';
  readonly #ground: PolicyGround;
  readonly #store: RecordStore;
  readonly #levels: number;
  readonly #quanta: readonly number[];
  readonly #allotments: readonly number[];
  readonly #boost: number;

  constructor(ground: PolicyGround, store: RecordStore, settings: FeedbackSettings) {
    this.#ground = ground;
    this.#store = store;
    this.#levels = settings.levels;
    this.#quanta = settings.quanta;
    this.#allotments = settings.allotments;
    this.#boost = settings.boost;
  }

  #queue(level: number): number {
    return this.#ground.root + Root.size + level * List.size;
  }

  #quantumOf(level: number): number {
    return this.#quanta[Math.min(level, this.#quanta.length - 1)] || this.#ground.quantum * 2 ** level;
  }

  #allotmentOf(level: number): number {
    return this.#allotments[Math.min(level, this.#allotments.length - 1)] || this.#quantumOf(level);
  }

  /** Lifts those that are queued when it is time; others find out by the number of boosts. */
  #boostWhenDue(): void {
    const root = Root.at(this.#store, this.#ground.root);
    if (this.#boost === 0 || this.#ground.now() < root.nextBoost) return;
    root.nextBoost = (Math.floor(this.#ground.now() / this.#boost) + 1) * this.#boost;
    root.boosts += 1;
    for (let level = 0; level < this.#levels; level++) {
      let at = List.at(this.#store, this.#queue(level)).first;
      for (let left = List.at(this.#store, this.#queue(level)).length; left > 0; left--) {
        const { next, task } = Entry.at(this.#store, at);
        unlink(this.#store, at);
        this.#lift(this.#ground.task(task));
        append(this.#store, this.#queue(0), at);
        at = next;
      }
    }
  }

  #lift(task: Task): void {
    const entry = Entry.at(this.#store, task.policyRecord);
    const { boosts } = Root.at(this.#store, this.#ground.root);
    if (entry.boosts === boosts) return;
    entry.boosts = boosts;
    entry.level = 0;
    entry.used = 0;
    entry.turn = 0;
  }

  initialise(): void {
    this.#ground.root = this.#ground.allocate(Root.size + List.size * this.#levels);
    Root.at(this.#store, this.#ground.root).nextBoost = this.#boost;
  }

  enqueue(task: Task, reason: EnqueueReason): void {
    this.#boostWhenDue();
    const at = entryOf(this.#store, task);
    this.#lift(task);
    const entry = Entry.at(this.#store, at);
    const goesOn = reason === 'preempted' && entry.turn > 0 && entry.turn < this.#quantumOf(entry.level);
    if (goesOn) {
      prepend(this.#store, this.#queue(entry.level), at);
      return;
    }
    entry.turn = 0;
    append(this.#store, this.#queue(entry.level), at);
  }

  dequeue(task: Task): void {
    unlink(this.#store, task.policyRecord);
  }

  dispatch(hart: number): Decision {
    this.#boostWhenDue();
    const untilBoost =
      this.#boost === 0 ? NEVER : Root.at(this.#store, this.#ground.root).nextBoost - this.#ground.now();
    for (let level = 0; level < this.#levels; level++) {
      const at = firstFor(this.#ground, this.#store, this.#queue(level), hart);
      if (at === 0) continue;
      unlink(this.#store, at);
      const { task, turn, used } = Entry.at(this.#store, at);
      const left = Math.min(this.#quantumOf(level) - turn, this.#allotmentOf(level) - used, untilBoost);
      return { task, slice: left, reason: 'it is first of the highest queue' };
    }
    return NOBODY;
  }

  preempts(woken: Task, running: Task): boolean {
    return (
      Entry.at(this.#store, woken.policyRecord).level < Entry.at(this.#store, running.policyRecord).level
    );
  }

  stopping(task: Task, _hart: number, consumed: Cycles): void {
    const entry = Entry.at(this.#store, task.policyRecord);
    entry.used += consumed;
    entry.turn += consumed;
    if (entry.used < this.#allotmentOf(entry.level)) return;
    entry.level = Math.min(entry.level + 1, this.#levels - 1);
    entry.used = 0;
    entry.turn = 0;
  }

  dump(): string {
    const rows = Array.from({ length: this.#levels }, (_, level) => {
      return `${level} (quantum ${this.#quantumOf(level)}): ${listText(this.#ground, this.#store, this.#queue(level))}`;
    });
    return `multi-level feedback queue: ${rows.join('; ')}`;
  }
}

export const feedbackQueue = definePolicy({
  name: 'mlfq',
  title: 'multi-level feedback queue: allotments push down, boosts lift up',
  source: 'Corbató and others, 1962; Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapter 8',
  parameters: {
    levels: { kind: 'number', what: 'queues', least: 1, most: MOST_LEVELS, initial: 3 },
    quanta: {
      kind: 'times',
      what: 'turn at each level; 0 is the machine’s, twice as long below',
      least: 0,
      initial: [0],
    },
    allotments: {
      kind: 'times',
      what: 'time at each level before it moves down; 0 is one turn',
      least: 0,
      initial: [0],
    },
    boost: time('after which all move to the top; 0 is never'),
  },
  make: (ground, store, settings) => new FeedbackQueue(ground, store, settings),
});
