/**
 * Fair share: equal parts for users, and for each user's processes, however many there are; a process's threads take turns.
 * Of those that have something ready, the user (then the process) that has had least is next. Who was away comes back with as
 * much as the least of those that are there, so that nobody saves up.
 */
import type { Decision, PolicyGround, SchedulingPolicy, Task } from '../contracts/scheduler.ts';
import type { Cycles } from '../contracts/units.ts';
import type { RecordStore } from '../kernel/records.ts';
import { record } from '../kernel/records.ts';
import { definePolicy, time } from './parts/definition.ts';
import { ENTRY_FIELDS, entryOf, NOBODY } from './parts/entry.ts';
import { append, firstFor, List, listText, unlink } from './parts/list.ts';

/** A user, or a process of a user. */
const Share = record('FairShare', {
  /** A user's, or a process's number. */
  id: 'integer',
  next: 'u32',
  /** Of a user: its processes, whose records are used again when their tasks are gone. */
  children: 'u32',
  /** Tasks that are ready or run. */
  active: 'u32',
  /** Tasks that have not ended. */
  members: 'u32',
  /** Cycles that it has had. */
  used: 'integer',
  ready: { embedded: List },
});
const Root = record('FairShareRoot', { users: 'u32', quantum: 'integer' });
const Entry = record('FairShareEntry', { ...ENTRY_FIELDS, user: 'u32', process: 'u32', active: 'u32' });

class FairShare implements SchedulingPolicy {
  readonly name = 'fair-share';
  readonly #ground: PolicyGround;
  readonly #store: RecordStore;
  readonly #quantum: number;

  constructor(ground: PolicyGround, store: RecordStore, { quantum }: { readonly quantum: number }) {
    this.#ground = ground;
    this.#store = store;
    this.#quantum = quantum || ground.quantum;
  }

  #share(at: number) {
    return Share.at(this.#store, at);
  }

  /** The share of an id in a list; `keep` is handed a new first one when there is none to be used again. */
  #shareOf(head: number, id: number, keep: (made: number) => void): number {
    let unused = 0;
    for (let at = head; at !== 0; at = this.#share(at).next) {
      if (this.#share(at).id === id) return at;
      if (this.#share(at).members === 0) unused = at;
    }
    const at = unused || this.#ground.allocate(Share.size);
    const view = this.#share(at);
    view.id = id;
    view.used = 0;
    if (unused === 0) {
      view.next = head;
      keep(at);
    }
    return at;
  }

  /** Brings what comes back up to the least that those who are there have had. */
  #catchUp(at: number, head: number): void {
    let least = -1;
    for (let other = head; other !== 0; other = this.#share(other).next) {
      const { active, used } = this.#share(other);
      if (active > 0 && (least < 0 || used < least)) least = used;
    }
    const view = this.#share(at);
    if (view.active === 0 && view.used < least) view.used = least;
  }

  #join(task: Task): number {
    const root = Root.at(this.#store, this.#ground.root);
    const entry = Entry.at(this.#store, entryOf(this.#store, task));
    if (entry.user !== 0) return entry.address;
    const user = this.#shareOf(root.users, task.user, (made) => {
      root.users = made;
    });
    const process = this.#shareOf(this.#share(user).children, task.group, (made) => {
      this.#share(user).children = made;
    });
    entry.user = user;
    entry.process = process;
    this.#share(user).members += 1;
    this.#share(process).members += 1;
    return entry.address;
  }

  #activate(task: Task, by: number): void {
    const entry = Entry.at(this.#store, this.#join(task));
    if (entry.active === (by > 0 ? 1 : 0)) return;
    const { user, process } = entry;
    if (by > 0) {
      this.#catchUp(user, Root.at(this.#store, this.#ground.root).users);
      this.#catchUp(process, this.#share(user).children);
    }
    entry.active = by > 0 ? 1 : 0;
    this.#share(user).active += by;
    this.#share(process).active += by;
  }

  /** Of a list of shares, the one that has had least of those for which `isReady` holds; ties by id. */
  #least(head: number, isReady: (at: number) => boolean): number {
    let best = 0;
    for (let at = head; at !== 0; at = this.#share(at).next) {
      if (this.#share(at).active === 0 || !isReady(at)) continue;
      const { used, id } = this.#share(at);
      if (
        best === 0 ||
        used < this.#share(best).used ||
        (used === this.#share(best).used && id < this.#share(best).id)
      )
        best = at;
    }
    return best;
  }

  #readyFor(hart: number) {
    return (process: number) => firstFor(this.#ground, this.#store, this.#share(process).ready, hart) !== 0;
  }

  initialise(): void {
    this.#ground.root = this.#ground.allocate(Root.size);
    Root.at(this.#store, this.#ground.root).quantum = this.#quantum;
  }

  enqueue(task: Task): void {
    this.#activate(task, 1);
    const at = task.policyRecord;
    append(this.#store, this.#share(Entry.at(this.#store, at).process).ready, at);
  }

  dequeue(task: Task): void {
    unlink(this.#store, task.policyRecord);
    this.#activate(task, -1);
  }

  dispatch(hart: number): Decision {
    const ready = this.#readyFor(hart);
    const { users, quantum: slice } = Root.at(this.#store, this.#ground.root);
    const user = this.#least(users, (at) => this.#least(this.#share(at).children, ready) !== 0);
    if (user === 0) return NOBODY;
    const at = firstFor(
      this.#ground,
      this.#store,
      this.#share(this.#least(this.#share(user).children, ready)).ready,
      hart,
    );
    unlink(this.#store, at);
    return {
      task: Entry.at(this.#store, at).task,
      slice,
      reason: 'its user, then its process, has had least',
    };
  }

  running(task: Task): void {
    this.#activate(task, 1);
  }

  stopping(task: Task, _hart: number, consumed: Cycles): void {
    const { user, process } = Entry.at(this.#store, task.policyRecord);
    this.#share(user).used += consumed;
    this.#share(process).used += consumed;
    this.#activate(task, -1);
  }

  leave(task: Task): void {
    const { user, process } = Entry.at(this.#store, task.policyRecord);
    if (user === 0) return;
    this.#share(user).members -= 1;
    this.#share(process).members -= 1;
  }

  dump(): string {
    const parts: string[] = [];
    for (let user = Root.at(this.#store, this.#ground.root).users; user !== 0; user = this.#share(user).next)
      for (let at = this.#share(user).children; at !== 0; at = this.#share(at).next)
        if (this.#share(at).active > 0)
          parts.push(
            `user ${this.#share(user).id} (${this.#share(user).used}): process (${this.#share(at).used}): ${listText(this.#ground, this.#store, this.#share(at).ready)}`,
          );
    return `fair share, by user and process with what they have had: ${parts.join('; ') || 'nobody'}`;
  }
}

export const fairShare = definePolicy({
  name: 'fair-share',
  title: 'fair share: equal parts for users, then for their processes',
  source: 'Henry, The fair share scheduler, 1984; Kay and Lauder, A fair share scheduler, 1988',
  parameters: { quantum: time("turn's length; 0 is the machine's") },
  make: (ground, store, settings) => new FairShare(ground, store, settings),
});
