/**
 * The watch over a policy's hooks: one that throws, or does not come to an end, is stopped with a message that says so.
 *
 * Every access of a record over `store` and every call of the ground counts; a hook that makes too many goes in circles. What
 * touches neither (`for (;;);`) cannot be stopped from within the same JavaScript thread: a policy's code is trusted not to.
 */
import {
  type Decision,
  MOST_POLICY_ACCESSES,
  type PolicyGround,
  type SchedulingPolicy,
} from '../contracts/scheduler.ts';
import { PolicyFault, refuse } from './decisions.ts';
import type { Guard } from './guard.ts';
import type { RecordStore } from './records.ts';

/** A hook has made more accesses than any that comes to an end. */
class Endless extends Error {
  constructor() {
    super(`it has looked at its records ${MOST_POLICY_ACCESSES} times`);
  }
}

// scratch: counts within one hook
export class PolicyWatch {
  #left = MOST_POLICY_ACCESSES;
  /** Is what happens no part of the machine's work? */
  #isFree = false;

  #count(): void {
    this.#left -= 1;
    if (this.#left < 0) throw new Endless();
  }

  /** The same store, its accesses counted. */
  over(store: RecordStore): RecordStore {
    const before: Guard | undefined = store.guard;
    const guard: Guard = {
      check: (address, width, writing) => {
        if (!this.#isFree) before?.check(address, width, writing);
        this.#count();
      },
    };
    // Fields are looked up in the store itself: its arrays may be replaced when it grows.
    return Object.create(store, { guard: { value: guard, enumerable: true } }) as RecordStore;
  }

  /** The same ground, its calls counted. */
  on(ground: PolicyGround): PolicyGround {
    const counted = <A extends unknown[], R>(call: (...given: A) => R) => {
      return (...given: A): R => {
        this.#count();
        return call(...given);
      };
    };
    return Object.create(ground, {
      now: { value: counted(() => ground.now()) },
      task: { value: counted((id: number) => ground.task(id)) },
      nameOf: { value: counted((id: number) => ground.nameOf(id)) },
      choose: { value: counted((point: string, options: number) => ground.choose(point, options)) },
      allocate: { value: counted((bytes: number) => ground.allocate(bytes)) },
      root: {
        get: () => ground.root,
        set: (address: number) => {
          ground.root = address;
        },
      },
    }) as PolicyGround;
  }

  /** The same policy, every hook of it watched. Its ground and store must be those of `on` and `over`. */
  watched(policy: SchedulingPolicy): SchedulingPolicy {
    const through = <A extends unknown[], R>(name: string, hook: ((...given: A) => R) | undefined) =>
      hook && ((...given: A): R => this.run(policy, name, () => hook.apply(policy, given)));
    const hooks = {
      admit: through('admit', policy.admit),
      preempts: through('preempts', policy.preempts),
      inherits: through('inherits', policy.inherits),
      running: through('running', policy.running),
      stopping: through('stopping', policy.stopping),
      changed: through('changed', policy.changed),
      leave: through('leave', policy.leave),
    };
    const given = Object.entries(hooks).filter(([, hook]) => hook !== undefined);
    return {
      ...(Object.fromEntries(given) as Partial<SchedulingPolicy>),
      name: policy.name,
      initialise: () => this.run(policy, 'initialise', () => policy.initialise()),
      enqueue: (task, reason) => this.run(policy, 'enqueue', () => policy.enqueue(task, reason)),
      dequeue: (task) => this.run(policy, 'dequeue', () => policy.dequeue(task)),
      dispatch: (hart) => {
        const decision = this.run(policy, 'dispatch', () => policy.dispatch(hart));
        return isDecision(decision) ? decision : refuse(policy, 'gave no decision', `for hart ${hart}`);
      },
      dump: () => {
        this.#left = MOST_POLICY_ACCESSES;
        return policy.dump();
      },
    };
  }

  /** Runs what looks at the policy's records over a store from outside: nothing is charged for it. */
  free<T>(store: RecordStore, body: () => T): T {
    const { f64, readCell, writeCell } = store;
    const [reads, writes] = [f64[readCell] as number, f64[writeCell] as number];
    this.#isFree = true;
    try {
      return body();
    } finally {
      this.#isFree = false;
      f64[readCell] = reads;
      f64[writeCell] = writes;
    }
  }

  /** Runs a hook. Throws PolicyFault, with the policy's dump, when it throws or does not end. */
  run<T>(policy: SchedulingPolicy, hook: string, body: () => T): T {
    this.begin();
    try {
      return body();
    } catch (error) {
      return this.failed(policy, hook, error);
    }
  }

  /** The same in parts, for hooks that are run often: one begins, and it throws. */
  begin(): void {
    this.#left = MOST_POLICY_ACCESSES;
  }

  failed(policy: SchedulingPolicy, hook: string, error: unknown): never {
    if (error instanceof PolicyFault) throw error;
    this.begin();
    const what = error instanceof Endless ? 'goes in circles' : 'fails';
    return refuse(policy, `${what} in '${hook}'`, reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Endless) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Is it a decision at all? Policies in JavaScript may return anything. */
export function isDecision(decision: unknown): decision is Decision {
  if (typeof decision !== 'object' || decision === null) return false;
  const { task, slice, reason } = decision as Partial<Decision>;
  return typeof task === 'number' && typeof slice === 'number' && typeof reason === 'string';
}
