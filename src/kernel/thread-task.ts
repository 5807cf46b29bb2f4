/**
 * A thread as a policy sees it. Its id is the address of the thread's record; views over the store that it is given are charged.
 *
 * What counts is not always its own: a server has the parameters of whoever it works for, and who holds a lock with priority
 * inheritance those of its lender. Where it may run, and whose thread it is, stay its own.
 */
import type { ViewOf } from '../contracts/records.ts';
import type { Task } from '../contracts/scheduler.ts';
import { type Cycles, NEVER, type PhysicalAddress } from '../contracts/units.ts';
import { Credentials, Domain, Thread } from './objects.ts';
import type { RecordStore } from './records.ts';

/** Lenders in a row that are followed: who waits in a ring would never come to an end. */
const LONGEST_CHAIN = 32;

export class ThreadTask implements Task {
  readonly #store: RecordStore;
  readonly id: PhysicalAddress;
  /** Is what others lend left aside? */
  readonly #alone: boolean;

  constructor(store: RecordStore, thread: PhysicalAddress, alone = false) {
    this.#store = store;
    this.id = thread;
    this.#alone = alone;
  }

  get #thread(): ViewOf<typeof Thread.schema> {
    return Thread.at(this.#store, this.id);
  }

  /** The thread whose parameters count. */
  get #model(): ViewOf<typeof Thread.schema> {
    let view = this.#thread;
    for (let left = LONGEST_CHAIN; left > 0; left--) {
      const isOwn = this.#alone && view.address === this.id;
      const next = (isOwn ? 0 : view.lender) || view.requester;
      if (next === 0 || next === view.address) break;
      view = Thread.at(this.#store, next);
    }
    return view;
  }

  get group(): number {
    return this.#thread.process;
  }
  /** The user of the credentials of its domain, or of whom it works for; the kernel's own threads are user 0's. */
  get user(): number {
    const { credentials } = Domain.at(this.#store, this.#model.domain);
    return credentials === 0 ? 0 : Credentials.at(this.#store, credentials).user;
  }
  get weight(): number {
    return this.#model.weight;
  }
  get nice(): number {
    return this.#model.nice;
  }
  get priority(): number {
    return this.#model.priority;
  }
  /** Tickets that were given to it, or its weight. */
  get tickets(): number {
    const { tickets, weight } = this.#model;
    return tickets || weight;
  }
  get deadline(): Cycles {
    return this.#model.due || NEVER;
  }
  get period(): Cycles {
    return this.#model.period;
  }
  get slice(): Cycles {
    return this.#model.slice;
  }
  get latency(): Cycles {
    return this.#model.soon;
  }
  get extra(): number {
    return this.#model.extra;
  }
  get burst(): Cycles {
    return this.#model.burst;
  }
  get affinity(): number {
    return this.#thread.affinity;
  }
  get policyRecord(): PhysicalAddress {
    return this.#thread.policyRecord;
  }
}
