/**
 * Multi-level feedback queue by the five rules of Arpaci-Dusseau: a higher queue runs; one queue is round robin; new tasks
 * enter at the top; a task that has used its whole allotment at a level moves down, however often it gave the processor up;
 * after every span of time all move to the top.
 */
import type { Task } from '../contracts/scheduler.ts';
import { NEVER } from '../contracts/units.ts';
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
  make(ground, store, { levels, quanta, allotments, boost }) {
    const queue = (level: number): number => ground.root + Root.size + level * List.size;
    const quantumOf = (level: number): number =>
      quanta[Math.min(level, quanta.length - 1)] || ground.quantum * 2 ** level;
    const allotmentOf = (level: number): number =>
      allotments[Math.min(level, allotments.length - 1)] || quantumOf(level);
    /** Lifts those that are queued when it is time; others find out by the number of boosts. */
    const boostWhenDue = (): void => {
      const root = Root.at(store, ground.root);
      if (boost === 0 || ground.now() < root.nextBoost) return;
      root.nextBoost = (Math.floor(ground.now() / boost) + 1) * boost;
      root.boosts += 1;
      for (let level = 0; level < levels; level++) {
        let at = List.at(store, queue(level)).first;
        for (let left = List.at(store, queue(level)).length; left > 0; left--) {
          const { next, task } = Entry.at(store, at);
          unlink(store, at);
          lift(ground.task(task));
          append(store, queue(0), at);
          at = next;
        }
      }
    };
    const lift = (task: Task): void => {
      const entry = Entry.at(store, task.policyRecord);
      const { boosts } = Root.at(store, ground.root);
      if (entry.boosts === boosts) return;
      entry.boosts = boosts;
      entry.level = 0;
      entry.used = 0;
      entry.turn = 0;
    };
    return {
      name: 'mlfq',
      initialise() {
        ground.root = ground.allocate(Root.size + List.size * levels);
        Root.at(store, ground.root).nextBoost = boost;
      },
      enqueue(task, reason) {
        boostWhenDue();
        const at = entryOf(store, task);
        lift(task);
        const entry = Entry.at(store, at);
        const goesOn = reason === 'preempted' && entry.turn > 0 && entry.turn < quantumOf(entry.level);
        if (goesOn) {
          prepend(store, queue(entry.level), at);
          return;
        }
        entry.turn = 0;
        append(store, queue(entry.level), at);
      },
      dequeue: (task) => unlink(store, task.policyRecord),
      dispatch(hart) {
        boostWhenDue();
        const untilBoost = boost === 0 ? NEVER : Root.at(store, ground.root).nextBoost - ground.now();
        for (let level = 0; level < levels; level++) {
          const at = firstFor(ground, store, queue(level), hart);
          if (at === 0) continue;
          unlink(store, at);
          const { task, turn, used } = Entry.at(store, at);
          const left = Math.min(quantumOf(level) - turn, allotmentOf(level) - used, untilBoost);
          return { task, slice: left, reason: 'it is first of the highest queue' };
        }
        return NOBODY;
      },
      preempts: (woken, running) =>
        Entry.at(store, woken.policyRecord).level < Entry.at(store, running.policyRecord).level,
      stopping(task, _hart, consumed) {
        const entry = Entry.at(store, task.policyRecord);
        entry.used += consumed;
        entry.turn += consumed;
        if (entry.used < allotmentOf(entry.level)) return;
        entry.level = Math.min(entry.level + 1, levels - 1);
        entry.used = 0;
        entry.turn = 0;
      },
      dump() {
        const rows = Array.from({ length: levels }, (_, level) => {
          return `${level} (quantum ${quantumOf(level)}): ${listText(ground, store, queue(level))}`;
        });
        return `multi-level feedback queue: ${rows.join('; ')}`;
      },
    };
  },
});
