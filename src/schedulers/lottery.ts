/**
 * Lottery: for each quantum a ticket is drawn, and its holder runs. Who waits before its quantum is over gets compensation: its
 * tickets count for so much more until it wins again as its quantum was longer than what it used.
 */
import { record } from '../kernel/records.ts';
import { definePolicy, time, yesOrNo } from './parts/definition.ts';
import { ENTRY_FIELDS, entryOf, mayRun, NOBODY } from './parts/entry.ts';
import { append, List, unlink } from './parts/list.ts';

const Root = record('LotteryRoot', { list: { embedded: List }, quantum: 'integer' });
const Entry = record('LotteryEntry', {
  ...ENTRY_FIELDS,
  /** Cycles that it used of its last quantum, 0 when all of it. */
  used: 'integer',
});

export const lottery = definePolicy({
  name: 'lottery',
  title: 'lottery: a ticket is drawn for each quantum',
  source: 'Waldspurger and Weihl, Lottery scheduling, OSDI 1994',
  parameters: {
    quantum: time("turn's length; 0 is the machine's"),
    compensation: yesOrNo('tickets for those that wait early', 'yes'),
  },
  make(ground, store, { quantum, compensation }) {
    const share = (at: number): number => {
      const { used, task } = Entry.at(store, at);
      const { tickets } = ground.task(task);
      if (used === 0) return tickets;
      return Math.floor((tickets * Root.at(store, ground.root).quantum) / used);
    };
    const total = (hart: number): number => {
      let sum = 0;
      for (let at = List.at(store, ground.root).first; at !== 0; at = Entry.at(store, at).next)
        if (mayRun(ground.task(Entry.at(store, at).task), hart)) sum += share(at);
      return sum;
    };
    const holderOf = (ticket: number, hart: number): number => {
      let left = ticket;
      for (let at = List.at(store, ground.root).first; at !== 0; at = Entry.at(store, at).next) {
        if (!mayRun(ground.task(Entry.at(store, at).task), hart)) continue;
        left -= share(at);
        if (left < 0) return at;
      }
      return 0;
    };
    return {
      name: 'lottery',
      initialise() {
        ground.root = ground.allocate(Root.size);
        Root.at(store, ground.root).quantum = quantum || ground.quantum;
      },
      enqueue(task, reason) {
        const entry = entryOf(store, task);
        if (reason === 'preempted' || compensation === 'no') Entry.at(store, entry).used = 0;
        append(store, ground.root, entry);
      },
      dequeue: (task) => unlink(store, task.policyRecord),
      dispatch(hart) {
        const tickets = total(hart);
        if (tickets === 0) return NOBODY;
        const entry = holderOf(ground.choose('lottery', tickets), hart);
        unlink(store, entry);
        const { quantum: slice } = Root.at(store, ground.root);
        return { task: Entry.at(store, entry).task, slice, reason: 'its ticket was drawn' };
      },
      inherits: (holder, donor) => donor.tickets > holder.tickets,
      stopping(task, _hart, consumed) {
        const early = consumed > 0 && consumed < Root.at(store, ground.root).quantum;
        Entry.at(store, task.policyRecord).used = early ? consumed : 0;
      },
      dump() {
        const parts: string[] = [];
        for (let at = List.at(store, ground.root).first; at !== 0; at = Entry.at(store, at).next)
          parts.push(`${ground.nameOf(Entry.at(store, at).task)} (${share(at)})`);
        return `lottery, tickets: ${parts.join(' ') || 'none'}`;
      },
    };
  },
});
