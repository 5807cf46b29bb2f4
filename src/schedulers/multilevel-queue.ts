/**
 * Multi-level queue: every task belongs to one queue for good, by its priority (0 is the first). A task of an earlier queue
 * takes the hart from one of a later; within a queue it is round robin, or first come first served where the quantum is 0.
 */
import type { Task } from '../contracts/scheduler.ts';
import { NEVER } from '../contracts/units.ts';
import { record } from '../kernel/records.ts';
import { definePolicy } from './parts/definition.ts';
import { ENTRY_FIELDS, entryOf, NOBODY } from './parts/entry.ts';
import { append, firstFor, List, listText, prepend, unlink } from './parts/list.ts';

const Entry = record('MultilevelQueueEntry', {
  ...ENTRY_FIELDS,
  /** Cycles that it has had of its turn. */
  used: 'integer',
});

export const multilevelQueue = definePolicy({
  name: 'mlq',
  title: 'multi-level queue: fixed classes, each with its own turn',
  source: 'Silberschatz, Galvin, Gagne, Operating System Concepts, 5.3.5',
  parameters: {
    quanta: {
      kind: 'times',
      what: 'turn in each queue, 0 is first come first served; initially one and two of the machine’s, and 0',
      least: 0,
      initial: [],
    },
  },
  make(ground, store, { quanta: given }) {
    const quanta = given.length > 0 ? given : [ground.quantum, 2 * ground.quantum, 0];
    const levelOf = (task: Task): number => Math.min(task.priority, quanta.length - 1);
    const queue = (level: number): number => ground.root + level * List.size;
    const quantumOf = (task: Task): number => quanta[levelOf(task)] as number;
    return {
      name: 'mlq',
      initialise() {
        ground.root = ground.allocate(List.size * quanta.length);
      },
      enqueue(task, reason) {
        const at = entryOf(store, task);
        const entry = Entry.at(store, at);
        const quantum = quantumOf(task);
        if (reason === 'preempted' && (quantum === 0 || entry.used < quantum)) {
          prepend(store, queue(levelOf(task)), at);
          return;
        }
        entry.used = 0;
        append(store, queue(levelOf(task)), at);
      },
      dequeue: (task) => unlink(store, task.policyRecord),
      dispatch(hart) {
        for (let level = 0; level < quanta.length; level++) {
          const at = firstFor(ground, store, queue(level), hart);
          if (at === 0) continue;
          unlink(store, at);
          const { task, used } = Entry.at(store, at);
          const quantum = quanta[level] as number;
          return {
            task,
            slice: quantum === 0 ? NEVER : quantum - used,
            reason: 'it is first of the first queue',
          };
        }
        return NOBODY;
      },
      preempts: (woken, running) => levelOf(woken) < levelOf(running),
      inherits: (holder, donor) => levelOf(donor) < levelOf(holder),
      stopping(task, _hart, consumed) {
        const entry = Entry.at(store, task.policyRecord);
        entry.used += consumed;
      },
      dump: () =>
        `multi-level queue: ${quanta.map((quantum, level) => `${level} (quantum ${quantum}): ${listText(ground, store, queue(level))}`).join('; ')}`,
    };
  },
});
