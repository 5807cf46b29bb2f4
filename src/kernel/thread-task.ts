/** A thread as a policy sees it. Its id is the address of the thread's record; views over the store that it is given are charged. */

import type { ViewOf } from '../contracts/records.ts';
import type { Task } from '../contracts/scheduler.ts';
import { type Cycles, NEVER, type PhysicalAddress } from '../contracts/units.ts';
import { Credentials, Domain, Thread } from './objects.ts';
import type { RecordStore } from './records.ts';

export class ThreadTask implements Task {
  readonly #store: RecordStore;
  readonly id: PhysicalAddress;

  constructor(store: RecordStore, thread: PhysicalAddress) {
    this.#store = store;
    this.id = thread;
  }

  get #thread(): ViewOf<typeof Thread.schema> {
    return Thread.at(this.#store, this.id);
  }
  get group(): number {
    return this.#thread.process;
  }
  /** The user of its domain's credentials; the kernel's own threads and servers are user 0's. */
  get user(): number {
    const { credentials } = Domain.at(this.#store, this.#thread.domain);
    return credentials === 0 ? 0 : Credentials.at(this.#store, credentials).user;
  }
  get weight(): number {
    return this.#thread.weight;
  }
  get nice(): number {
    return this.#thread.nice;
  }
  get priority(): number {
    return this.#thread.priority;
  }
  /** Tickets that were given to it, or its weight. */
  get tickets(): number {
    return this.#thread.tickets || this.#thread.weight;
  }
  get deadline(): Cycles {
    return this.#thread.due || NEVER;
  }
  get period(): Cycles {
    return this.#thread.period;
  }
  get slice(): Cycles {
    return this.#thread.slice;
  }
  get latency(): Cycles {
    return this.#thread.soon;
  }
  get extra(): number {
    return this.#thread.extra;
  }
  get burst(): Cycles {
    return this.#thread.burst;
  }
  get affinity(): number {
    return this.#thread.affinity;
  }
  get policyRecord(): PhysicalAddress {
    return this.#thread.policyRecord;
  }
}
