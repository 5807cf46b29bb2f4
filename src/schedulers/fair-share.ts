/**
 * Fair share: equal parts for users, and for each user's processes, however many there are; a process's threads take turns.
 * Of those that have something ready, the user (then the process) that has had least is next. Who was away comes back with as
 * much as the least of those that are there, so that nobody saves up.
 */
import type { Task } from '../contracts/scheduler.ts';
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

export const fairShare = definePolicy({
  name: 'fair-share',
  title: 'fair share: equal parts for users, then for their processes',
  source: 'Henry, The fair share scheduler, 1984; Kay and Lauder, A fair share scheduler, 1988',
  parameters: { quantum: time("turn's length; 0 is the machine's") },
  make(ground, store, { quantum }) {
    const share = (at: number) => Share.at(store, at);
    /** The share of an id in the list whose head is at `cell`, made or used again when there is none. */
    const shareOf = (head: number, id: number, keep: (made: number) => void): number => {
      let unused = 0;
      for (let at = head; at !== 0; at = share(at).next) {
        if (share(at).id === id) return at;
        if (share(at).members === 0) unused = at;
      }
      const at = unused || ground.allocate(Share.size);
      const view = share(at);
      view.id = id;
      view.used = 0;
      if (unused === 0) {
        view.next = head;
        keep(at);
      }
      return at;
    };
    /** Brings what comes back up to the least that those who are there have had. */
    const catchUp = (at: number, head: number): void => {
      let least = -1;
      for (let other = head; other !== 0; other = share(other).next) {
        const { active, used } = share(other);
        if (active > 0 && (least < 0 || used < least)) least = used;
      }
      const view = share(at);
      if (view.active === 0 && view.used < least) view.used = least;
    };
    const join = (task: Task): number => {
      const root = Root.at(store, ground.root);
      const entry = Entry.at(store, entryOf(store, task));
      if (entry.user !== 0) return entry.address;
      const user = shareOf(root.users, task.user, (made) => {
        root.users = made;
      });
      const process = shareOf(share(user).children, task.group, (made) => {
        share(user).children = made;
      });
      entry.user = user;
      entry.process = process;
      share(user).members += 1;
      share(process).members += 1;
      return entry.address;
    };
    const activate = (task: Task, by: number): void => {
      const entry = Entry.at(store, join(task));
      if (entry.active === (by > 0 ? 1 : 0)) return;
      const { user, process } = entry;
      if (by > 0) {
        catchUp(user, Root.at(store, ground.root).users);
        catchUp(process, share(user).children);
      }
      entry.active = by > 0 ? 1 : 0;
      share(user).active += by;
      share(process).active += by;
    };
    /** Of a list of shares, the one that has had least of those that have a task for the hart; ties by id. */
    const least = (head: number, isReady: (at: number) => boolean): number => {
      let best = 0;
      for (let at = head; at !== 0; at = share(at).next) {
        if (share(at).active === 0 || !isReady(at)) continue;
        const { used, id } = share(at);
        if (best === 0 || used < share(best).used || (used === share(best).used && id < share(best).id))
          best = at;
      }
      return best;
    };
    const readyFor = (hart: number) => (process: number) =>
      firstFor(ground, store, share(process).ready, hart) !== 0;
    return {
      name: 'fair-share',
      initialise() {
        ground.root = ground.allocate(Root.size);
        Root.at(store, ground.root).quantum = quantum || ground.quantum;
      },
      enqueue(task) {
        activate(task, 1);
        const at = task.policyRecord;
        append(store, share(Entry.at(store, at).process).ready, at);
      },
      dequeue(task) {
        unlink(store, task.policyRecord);
        activate(task, -1);
      },
      dispatch(hart) {
        const ready = readyFor(hart);
        const { users, quantum: slice } = Root.at(store, ground.root);
        const user = least(users, (at) => least(share(at).children, ready) !== 0);
        if (user === 0) return NOBODY;
        const at = firstFor(ground, store, share(least(share(user).children, ready)).ready, hart);
        unlink(store, at);
        return { task: Entry.at(store, at).task, slice, reason: 'its user, then its process, has had least' };
      },
      running: (task) => activate(task, 1),
      stopping(task, _hart, consumed) {
        const { user, process } = Entry.at(store, task.policyRecord);
        share(user).used += consumed;
        share(process).used += consumed;
        activate(task, -1);
      },
      leave(task) {
        const { user, process } = Entry.at(store, task.policyRecord);
        if (user === 0) return;
        share(user).members -= 1;
        share(process).members -= 1;
      },
      dump() {
        const parts: string[] = [];
        for (let user = Root.at(store, ground.root).users; user !== 0; user = share(user).next)
          for (let at = share(user).children; at !== 0; at = share(at).next)
            if (share(at).active > 0)
              parts.push(
                `user ${share(user).id} (${share(user).used}): process (${share(at).used}): ${listText(ground, store, share(at).ready)}`,
              );
        return `fair share, by user and process with what they have had: ${parts.join('; ') || 'nobody'}`;
      },
    };
  },
});
