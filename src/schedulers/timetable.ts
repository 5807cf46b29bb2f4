/**
 * Timetable: who runs when is fixed before anything runs, in a major frame that comes round for ever; its slots stay within
 * minor frames. A slot whose task is not ready is idle, or is given to others in turn. Without a table, tasks get slots of one
 * minor frame in the order in which they first come.
 */
import { record } from '../kernel/records.ts';
import { definePolicy, time, yesOrNo } from './parts/definition.ts';
import { Entry, entryOf, mayRun } from './parts/entry.ts';
import { append, List, listText, unlink } from './parts/list.ts';

interface Slot {
  /** A task's name, or '-' for nobody. */
  readonly name: string;
  readonly length: number;
}

const Root = record('TimetableRoot', { ready: { embedded: List }, tasks: 'integer' });
const Member = record('TimetableEntry', { ...Entry.schema, number: 'integer' });

/** The slots of `A*4/B*2/-*2`, lengths in milliseconds (on paper: units of time). */
function slotsOf(text: string): Slot[] {
  if (text === '') return [];
  return text.split('/').map((part) => {
    const [, name, length] = /^([^*]+)\*(\d{1,12})$/.exec(part) ?? [];
    if (name === undefined || Number(length) === 0)
      throw new Error(
        `'${part.slice(0, 40)}' is no slot; a table is NAME*LENGTH/NAME*LENGTH/..., - is nobody`,
      );
    return { name, length: Number(length) };
  });
}

/** Throws when a slot lies across the end of a minor frame. */
function checkMinor(slots: readonly Slot[], minor: number): void {
  let at = 0;
  for (const { name, length } of slots) {
    if (minor > 0 && (at % minor) + length > minor)
      throw new Error(
        `policy timetable: the slot of ${name} at ${at} lies across the end of a minor frame of ${minor}`,
      );
    at += length;
  }
}

export const timetable = definePolicy({
  name: 'timetable',
  title: 'timetable: a fixed major frame of slots within minor frames',
  source: 'Baker and Shaw, The cyclic executive model and Ada, 1988; ARINC 653',
  parameters: {
    table: {
      kind: 'text',
      what: 'NAME*LENGTH/... with - for nobody',
      initial: '',
      check: (text) => {
        slotsOf(text);
      },
    },
    minor: time('length of a minor frame; 0 is no such frames, and the quantum for slots without a table'),
    spare: yesOrNo('give slots that nobody uses to others?', 'no'),
  },
  make(ground, store, { table, minor, spare }) {
    const slots: readonly Slot[] = slotsOf(table).map(({ name, length }) => ({
      name,
      length: length * ground.millisecond,
    }));
    checkMinor(slots, minor);
    /** The slot at an instant: whose it is, and how much of it is left. */
    const slotAt = (now: number): { owns: (at: number) => boolean; who: string; left: number } => {
      if (slots.length === 0) {
        const length = minor || ground.quantum;
        const { tasks } = Root.at(store, ground.root);
        const number = Math.floor(now / length) % Math.max(1, tasks);
        const owns = (at: number) => Member.at(store, at).number === number + 1;
        return { owns, who: `number ${number + 1}`, left: length - (now % length) };
      }
      let into = now % slots.reduce((sum, { length }) => sum + length, 0);
      const slot = slots.find(({ length }) => {
        into -= length;
        return into < 0;
      }) as Slot;
      const owns = (at: number) => ground.nameOf(Member.at(store, at).task) === slot.name;
      return { owns, who: slot.name, left: -into };
    };
    /** The first that is ready, may run on the hart, and for which `test` holds; or 0. */
    const find = (hart: number, test: (at: number) => boolean): number => {
      for (let at = List.at(store, ground.root).first; at !== 0; at = Entry.at(store, at).next)
        if (test(at) && mayRun(ground.task(Entry.at(store, at).task), hart)) return at;
      return 0;
    };
    return {
      name: 'timetable',
      initialise() {
        ground.root = ground.allocate(Root.size);
      },
      enqueue(task) {
        const at = entryOf(store, task);
        const member = Member.at(store, at);
        if (member.number === 0) {
          const root = Root.at(store, ground.root);
          root.tasks += 1;
          member.number = root.tasks;
        }
        append(store, ground.root, at);
      },
      dequeue: (task) => unlink(store, task.policyRecord),
      dispatch(hart) {
        const { owns, who, left } = slotAt(ground.now());
        const owner = find(hart, owns);
        const at = owner !== 0 || spare === 'no' ? owner : find(hart, () => true);
        if (at === 0) return { task: 0, slice: left, reason: `the slot is ${who}'s, which is not ready` };
        unlink(store, at);
        const reason = at === owner ? 'the slot is its own' : `the slot's owner ${who} is not ready`;
        return { task: Entry.at(store, at).task, slice: left, reason };
      },
      preempts: (woken, running) => {
        const { owns } = slotAt(ground.now());
        return owns(woken.policyRecord) && !owns(running.policyRecord);
      },
      dump() {
        const { who, left } = slotAt(ground.now());
        return `timetable, the slot is ${who}'s for ${left} more, ready: ${listText(ground, store, ground.root)}`;
      },
    };
  },
});
