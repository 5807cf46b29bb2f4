/**
 * Stride: every task has a pass, which grows by its stride (inverse to its tickets) for each quantum; the least pass runs, ties
 * in the order of the tasks' coming. Who was away goes on from where the others are, with what it was ahead.
 */
import { record } from '../kernel/records.ts';
import { definePolicy, time } from './parts/definition.ts';
import { ENTRY_FIELDS, entryOf, NOBODY } from './parts/entry.ts';
import { firstInOrder, insert, Line, orderText, remove } from './parts/ordered.ts';

/** The stride of one ticket: passes stay whole numbers for 2^23 quanta of a task with one. */
const STRIDE_OF_ONE = 2 ** 30;

const Root = record('StrideRoot', {
  line: { embedded: Line },
  quantum: 'integer',
  /** The pass of who was chosen last: where the others are. */
  pass: 'integer',
  /** Tasks so far. */
  tasks: 'integer',
});
const Entry = record('StrideEntry', {
  ...ENTRY_FIELDS,
  pass: 'integer',
  /** How far it was ahead of the others when it stopped. */
  ahead: 'integer',
  /** Its number among all tasks, from 1; 0 before it was met. */
  number: 'integer',
});

export const stride = definePolicy({
  name: 'stride',
  title: 'stride: shares by tickets without chance',
  source: 'Waldspurger and Weihl, Stride scheduling, MIT/LCS/TM-528, 1995',
  parameters: { quantum: time("turn's length; 0 is the machine's") },
  make: (ground, store, { quantum }) => ({
    name: 'stride',
    initialise() {
      ground.root = ground.allocate(Root.size);
      Root.at(store, ground.root).quantum = quantum || ground.quantum;
    },
    enqueue(task, reason) {
      const root = Root.at(store, ground.root);
      const address = entryOf(store, task);
      const entry = Entry.at(store, address);
      if (entry.number === 0) {
        root.tasks += 1;
        entry.number = root.tasks;
      }
      if (reason !== 'preempted' && reason !== 'yielded') entry.pass = root.pass + entry.ahead;
      insert(store, root.line, address, entry.pass, entry.number);
    },
    dequeue: (task) => remove(store, task.policyRecord),
    dispatch(hart) {
      const root = Root.at(store, ground.root);
      const address = firstInOrder(ground, store, root.line, hart);
      if (address === 0) return NOBODY;
      remove(store, address);
      const { pass, task } = Entry.at(store, address);
      root.pass = Math.max(root.pass, pass);
      return { task, slice: root.quantum, reason: 'its pass is least' };
    },
    inherits: (holder, donor) => donor.tickets > holder.tickets,
    stopping(task, _hart, consumed) {
      const root = Root.at(store, ground.root);
      const entry = Entry.at(store, task.policyRecord);
      const pass = entry.pass + Math.floor(((STRIDE_OF_ONE / task.tickets) * consumed) / root.quantum);
      entry.pass = pass;
      entry.ahead = Math.max(0, pass - root.pass);
    },
    dump() {
      const { line, pass } = Root.at(store, ground.root);
      const text = orderText(ground, store, line, (entry) => Entry.at(store, entry).pass);
      return `stride, others are at ${pass}, passes: ${text}`;
    },
  }),
});
