/**
 * Timetable: who runs when is fixed before anything runs, in a major frame that comes round for ever; its slots stay within
 * minor frames. A slot whose task is not ready is idle, or is given to others in turn. Without a table, tasks get slots of one
 * minor frame in the order in which they first come.
 */
import type { Decision, PolicyGround, SchedulingPolicy, Task } from '../contracts/scheduler.ts';
import type { RecordStore } from '../kernel/records.ts';
import { record } from '../kernel/records.ts';
import { definePolicy, time, yesOrNo } from './parts/definition.ts';
import { Entry, entryOf, mayRun, NOBODY } from './parts/entry.ts';
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

interface TimetableSettings {
  readonly table: string;
  readonly minor: number;
  readonly spare: string;
}

/** A slot at an instant. */
interface Present {
  readonly owns: (at: number) => boolean;
  readonly who: string;
  readonly left: number;
}

class Timetable implements SchedulingPolicy {
  readonly name = 'timetable';
  readonly #ground: PolicyGround;
  readonly #store: RecordStore;
  readonly #slots: readonly Slot[];
  readonly #minor: number;
  readonly #spare: boolean;

  constructor(ground: PolicyGround, store: RecordStore, settings: TimetableSettings) {
    this.#ground = ground;
    this.#store = store;
    const { table, minor, spare } = settings;
    this.#slots = slotsOf(table).map(({ name, length }) => ({ name, length: length * ground.millisecond }));
    this.#minor = minor || ground.quantum;
    this.#spare = spare === 'yes';
  }

  /** The slot at an instant: whose it is, and how much of it is left. */
  #slotAt(now: number): Present {
    if (this.#slots.length === 0) return this.#equalSlotAt(now);
    let into = now % this.#slots.reduce((sum, { length }) => sum + length, 0);
    const slot = this.#slots.find(({ length }) => {
      into -= length;
      return into < 0;
    }) as Slot;
    const owns = (at: number) => this.#ground.nameOf(Member.at(this.#store, at).task) === slot.name;
    return { owns, who: slot.name, left: -into };
  }

  /** The same without a table: a minor frame for each task so far. */
  #equalSlotAt(now: number): Present {
    const { tasks } = Root.at(this.#store, this.#ground.root);
    const number = (Math.floor(now / this.#minor) % Math.max(1, tasks)) + 1;
    const owns = (at: number) => Member.at(this.#store, at).number === number;
    return { owns, who: `number ${number}`, left: this.#minor - (now % this.#minor) };
  }

  /** The first that is ready, may run on the hart, and for which `test` holds; or 0. */
  #find(hart: number, test: (at: number) => boolean): number {
    let at = List.at(this.#store, this.#ground.root).first;
    while (at !== 0 && !(test(at) && mayRun(this.#ground.task(Entry.at(this.#store, at).task), hart)))
      at = Entry.at(this.#store, at).next;
    return at;
  }

  initialise(): void {
    this.#ground.root = this.#ground.allocate(Root.size);
  }

  enqueue(task: Task): void {
    const at = entryOf(this.#store, task);
    const member = Member.at(this.#store, at);
    if (member.number === 0) {
      const root = Root.at(this.#store, this.#ground.root);
      root.tasks += 1;
      member.number = root.tasks;
    }
    append(this.#store, this.#ground.root, at);
  }

  dequeue(task: Task): void {
    unlink(this.#store, task.policyRecord);
  }

  dispatch(hart: number): Decision {
    if (List.at(this.#store, this.#ground.root).first === 0) return NOBODY;
    const { owns, who, left } = this.#slotAt(this.#ground.now());
    const owner = this.#find(hart, owns);
    const at = owner !== 0 || !this.#spare ? owner : this.#find(hart, () => true);
    if (at === 0) return { task: 0, slice: left, reason: `the slot is ${who}'s, which is not ready` };
    unlink(this.#store, at);
    const reason = at === owner ? 'the slot is its own' : `the slot's owner ${who} is not ready`;
    return { task: Entry.at(this.#store, at).task, slice: left, reason };
  }

  preempts(woken: Task, running: Task): boolean {
    const { owns } = this.#slotAt(this.#ground.now());
    return owns(woken.policyRecord) && !owns(running.policyRecord);
  }

  dump(): string {
    const { who, left } = this.#slotAt(this.#ground.now());
    return `timetable, the slot is ${who}'s for ${left} more, ready: ${listText(this.#ground, this.#store, this.#ground.root)}`;
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
  check: ({ table, minor }) => checkMinor(slotsOf(table), minor),
  make: (ground, store, settings) => new Timetable(ground, store, settings),
});
