/**
 * Earliest deadline first. What has no deadline runs when nothing else would. With admission, a task whose share of the
 * processor (slice by period, or by deadline when that is shorter) does not fit any more is refused; on several harts that
 * keeps delays bounded, but does not promise every deadline (Dhall and Liu, 1978).
 */
import { NEVER } from '../contracts/units.ts';
import { record } from '../kernel/records.ts';
import { definePolicy, time, yesOrNo } from './parts/definition.ts';
import { ENTRY_FIELDS, entryOf, NOBODY } from './parts/entry.ts';
import { enter, firstInOrder, Line, orderText, remove } from './parts/ordered.ts';

/** Shares are in parts of this, rounded down. */
const WHOLE = 1_000_000_000;

const Root = record('EarliestDeadlineRoot', { line: { embedded: Line }, promised: 'integer' });
const Entry = record('EarliestDeadlineEntry', { ...ENTRY_FIELDS, share: 'integer' });

export const earliestDeadline = definePolicy({
  name: 'edf',
  title: 'earliest deadline first, with admission',
  source: 'Liu and Layland, 1973; admission as of Linux, Documentation/scheduler/sched-deadline.rst',
  parameters: {
    admission: yesOrNo('refuse what does not fit?', 'yes'),
    quantum: time("turn of what has no deadline; 0 is the machine's"),
  },
  make: (ground, store, { admission, quantum }) => ({
    name: 'edf',
    initialise() {
      ground.root = ground.allocate(Root.size);
    },
    admit(task) {
      const root = Root.at(store, ground.root);
      if (task.period === 0 || admission === 'no') return '';
      const within = Math.min(task.period, task.deadline - ground.now());
      const share = Math.floor((task.slice / within) * WHOLE);
      const promised = root.promised + share;
      if (promised > WHOLE * ground.harts)
        return `${(promised / WHOLE).toFixed(3)} processors would be promised, and there ${ground.harts === 1 ? 'is 1' : `are ${ground.harts}`}`;
      root.promised = promised;
      Entry.at(store, task.policyRecord).share = share;
      return '';
    },
    enqueue: (task) => enter(store, ground.root, entryOf(store, task), task.deadline),
    dequeue: (task) => remove(store, task.policyRecord),
    dispatch(hart) {
      const entry = firstInOrder(ground, store, ground.root, hart);
      if (entry === 0) return NOBODY;
      remove(store, entry);
      const { task, key } = Entry.at(store, entry);
      if (key === NEVER) return { task, slice: quantum || ground.quantum, reason: 'nothing has a deadline' };
      return { task, slice: NEVER, reason: 'its deadline is earliest' };
    },
    preempts: (woken, running) => woken.deadline < running.deadline,
    inherits: (holder, donor) => donor.deadline < holder.deadline,
    leave(task) {
      const root = Root.at(store, ground.root);
      root.promised -= Entry.at(store, task.policyRecord).share;
    },
    dump() {
      const { line, promised } = Root.at(store, ground.root);
      const text = orderText(ground, store, line, (entry) => Entry.at(store, entry).key);
      return `earliest deadline first, ${(promised / WHOLE).toFixed(3)} processors promised, by deadline: ${text}`;
    },
  }),
});
