/**
 * A scheduler that is a guest process: it hears which tasks are ready and which are gone, is asked whom a hart is to run, and is
 * obeyed when its answer can be. When it does not answer within its patience, or answers what cannot be, it is overruled: the
 * task that has waited longest runs. While nothing is to be said the process rests: ready, but not let run.
 */
import type {
  Decision,
  DelegatingPolicy,
  EnqueueReason,
  PolicyGround,
  SchedulerEvent,
  SchedulingPolicy,
  Task,
} from '../contracts/scheduler.ts';
import { type RecordStore, record } from '../kernel/records.ts';
import { definePolicy, time } from './parts/definition.ts';
import { ENTRY_FIELDS, entryOf, mayRun, NOBODY } from './parts/entry.ts';
import { append, firstFor, List, listText, unlink } from './parts/list.ts';

const EventKind = { ready: 1, gone: 2 } as const;
/** Events that wait to be told; more are lost, and those that they were about run when nobody else is chosen. */
const MOST_EVENTS = 32;
const Event = record('SchedulerEvent', { kind: 'u32', task: 'u32' });

const Root = record('UserRoot', {
  ready: { embedded: List },
  /** The task that decides, 0 for none; whether it is ready; and whether it has nothing to do but to hear what comes next. */
  decider: 'u32',
  rests: 'u32',
  listens: 'u32',
  /** 1 + the hart that asks, and whether it was told so; the answer. */
  asks: 'u32',
  told: 'u32',
  chosen: 'u32',
  slice: 'integer',
  /** The ring of events. */
  events: 'u32',
  first: 'u32',
  count: 'u32',
  obeyed: 'integer',
  overruled: 'integer',
});
const Entry = record('UserEntry', ENTRY_FIELDS);

class User implements SchedulingPolicy {
  readonly name = 'user';
  readonly #ground: PolicyGround;
  readonly #store: RecordStore;
  readonly #patience: number;
  readonly delegate: DelegatingPolicy = {
    attach: (task) => this.#attach(task),
    next: (task) => this.#next(task),
    decide: (task, chosen, slice) => this.#decide(task, chosen, slice),
    obeyed: () => this.#root.obeyed,
    overruled: () => this.#root.overruled,
  };

  constructor(ground: PolicyGround, store: RecordStore, { patience }: { readonly patience: number }) {
    this.#ground = ground;
    this.#store = store;
    this.#patience = patience;
  }

  get #root() {
    return Root.at(this.#store, this.#ground.root);
  }

  initialise(): void {
    this.#ground.root = this.#ground.allocate(Root.size);
    this.#root.events = this.#ground.allocate(MOST_EVENTS * Event.size);
  }

  enqueue(task: Task, reason: EnqueueReason): void {
    const root = this.#root;
    if (task.id === root.decider) {
      // Who is interrupted before it has answered has not answered in time.
      if (reason === 'preempted' && root.asks !== 0 && root.chosen === 0) this.#overrule();
      root.rests = 1;
      root.listens = reason === 'yielded' ? 1 : 0;
      return;
    }
    append(this.#store, root.ready, entryOf(this.#store, task));
    this.#note('ready', task.id);
  }

  dequeue(task: Task): void {
    const root = this.#root;
    if (task.id === root.decider) root.rests = 0;
    else {
      unlink(this.#store, task.policyRecord);
      this.#note('gone', task.id);
    }
  }

  dispatch(hart: number): Decision {
    const root = this.#root;
    const waits = firstFor(this.#ground, this.#store, root.ready, hart);
    if (root.asks === hart + 1 && root.chosen !== 0) return this.#obey(hart, waits);
    const mayAsk = root.decider !== 0 && root.rests === 1 && root.asks === 0;
    if (mayAsk && mayRun(this.#ground.task(root.decider), hart)) {
      if (waits !== 0) return this.#ask(hart);
      if (root.count > 0 || root.listens === 0)
        return this.#tell('the process that decides has something to do');
    }
    if (root.asks === hart + 1) this.#overrule();
    return this.#first(waits, root.decider === 0 ? 'nobody decides' : 'there was no answer');
  }

  #ask(hart: number): Decision {
    const root = this.#root;
    root.asks = hart + 1;
    root.told = 0;
    return this.#tell('the process that decides is asked');
  }

  #tell(reason: string): Decision {
    const root = this.#root;
    root.rests = 0;
    return { task: root.decider, slice: this.#patience || this.#ground.quantum, reason };
  }

  #obey(hart: number, waits: number): Decision {
    const root = this.#root;
    const task = this.#ground.task(root.chosen);
    const { slice } = root;
    root.asks = 0;
    root.chosen = 0;
    const entry = Entry.at(this.#store, task.policyRecord);
    if (entry.queue !== root.ready || !mayRun(task, hart)) {
      root.overruled += 1;
      return this.#first(waits, 'the one that was chosen cannot run');
    }
    unlink(this.#store, task.policyRecord);
    root.obeyed += 1;
    return { task: task.id, slice, reason: 'the process that decides has chosen it' };
  }

  #first(entry: number, reason: string): Decision {
    if (entry === 0) return NOBODY;
    unlink(this.#store, entry);
    return { task: Entry.at(this.#store, entry).task, slice: this.#ground.quantum, reason };
  }

  #overrule(): void {
    const root = this.#root;
    root.asks = 0;
    root.overruled += 1;
  }

  leave(task: Task): void {
    const root = this.#root;
    if (task.id === root.decider) {
      root.decider = 0;
      root.asks = 0;
      root.chosen = 0;
    } else {
      if (task.id === root.chosen) root.chosen = 0;
      this.#note('gone', task.id);
    }
  }

  isResting(task: Task): boolean {
    return task.id === this.#root.decider;
  }

  /** An event that waits, by its place. */
  #event(index: number) {
    const { events, first } = this.#root;
    return Event.at(this.#store, events + ((first + index) % MOST_EVENTS) * Event.size);
  }

  #note(kind: keyof typeof EventKind, task: number): void {
    const root = this.#root;
    if (root.decider === 0) return;
    // What was said of one that is gone must not lead to it any more.
    for (let index = 0; kind === 'gone' && index < root.count; index++) {
      const earlier = this.#event(index);
      if (earlier.task === task) earlier.kind = EventKind.gone;
    }
    if (root.count === MOST_EVENTS) return;
    const event = this.#event(root.count);
    event.kind = EventKind[kind];
    event.task = task;
    root.count += 1;
  }

  #attach(task: Task): boolean {
    const root = this.#root;
    if (root.decider !== 0) return false;
    root.decider = task.id;
    root.rests = 0;
    for (let at = List.at(this.#store, root.ready).first; at !== 0; at = Entry.at(this.#store, at).next)
      this.#note('ready', Entry.at(this.#store, at).task);
    return true;
  }

  #next(task: Task): SchedulerEvent | undefined {
    const root = this.#root;
    if (task.id !== root.decider) return undefined;
    const nobody = { task: 0, hart: 0, nice: 0, priority: 0, tickets: 0, burst: 0 };
    if (root.count > 0) {
      const { kind, task: about } = this.#event(0);
      root.first = (root.first + 1) % MOST_EVENTS;
      root.count -= 1;
      if (kind === EventKind.gone) return { ...nobody, kind: 'gone', task: about };
      const { nice, priority, tickets, burst } = this.#ground.task(about);
      return { kind: 'ready', task: about, hart: 0, nice, priority, tickets, burst };
    }
    if (root.asks === 0 || root.told === 1) return undefined;
    root.told = 1;
    return { ...nobody, kind: 'ask', hart: root.asks - 1 };
  }

  #decide(task: Task, chosen: number, slice: number): boolean {
    const root = this.#root;
    if (task.id !== root.decider || root.asks === 0) return false;
    if (Entry.at(this.#store, this.#ground.task(chosen).policyRecord).queue !== root.ready) return false;
    root.chosen = chosen;
    root.slice = slice;
    return true;
  }

  dump(): string {
    const { ready, decider, obeyed, overruled, count } = this.#root;
    const who = decider === 0 ? 'nobody decides' : `${this.#ground.nameOf(decider)} decides`;
    return `user: ${who}, obeyed ${obeyed}, overruled ${overruled}, ${count} events untold, ready: ${listText(this.#ground, this.#store, ready)}`;
  }
}

export const user = definePolicy({
  name: 'user',
  title: 'user: a guest process decides, and is obeyed or overruled',
  source: 'Ford and Susarla, CPU inheritance scheduling, OSDI 1996',
  parameters: { patience: time("cycles that it has for an answer; 0 is the machine's quantum") },
  make: (ground, store, settings) => new User(ground, store, settings),
});
