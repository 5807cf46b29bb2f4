/**
 * The scheduling contract, shaped like Linux's sched_ext, smaller: a policy decides, the kernel checks the decision and
 * carries it out. A policy knows nothing of the machine; its state is plain integers in records; every hook is charged.
 */
import type { Cycles } from './units.ts';

/** What a policy may know of a task. Tasks nest (threads of a process, strands of a domain): `group` is the parent. */
export interface Task {
  readonly id: number;
  readonly group: number;
  /** Weight from 1; 1024 is nice 0. */
  readonly weight: number;
  /** Absolute deadline, or NEVER. */
  readonly deadline: Cycles;
  /** Bit h is set when the task may run on hart h. */
  readonly affinity: number;
  /** A word that the policy may use as it likes, kept in the task's record. */
  policyWord: number;
}

/** What a policy stands on: its state is records that it allocates here and finds again by `root`. */
export interface PolicyGround {
  readonly harts: number;
  /** The machine's default quantum in cycles. */
  readonly quantum: Cycles;
  /** A cleared record of `bytes`, kept for good. */
  allocate(bytes: number): number;
  task(id: number): Task;
  /** Word that the policy finds again after a resume: the address of its first record. */
  root: number;
  /** A free choice among `options` equals. */
  choose(point: string, options: number): number;
}

/** Why a task is handed to a policy. */
export type EnqueueReason = 'new' | 'woken' | 'preempted' | 'yielded' | 'donated';

export interface Decision {
  /** The chosen task's id, or 0 to idle. */
  readonly task: number;
  /** Cycles that it may run before the policy is asked again. */
  readonly slice: Cycles;
  /** Shown by the 'why this thread?' view. */
  readonly reason: string;
}

export interface SchedulingPolicy {
  readonly name: string;
  /** Makes its records; called once, at boot. A policy is handed its ground when it is made. */
  initialise(): void;
  enqueue(task: Task, reason: EnqueueReason): void;
  /** A task that is queued is no longer runnable, or its parameters change (it is enqueued again). */
  dequeue(task: Task): void;
  /** Takes the next task out of the queues. A task that is running is in none. */
  dispatch(hart: number): Decision;
  /** True when a task that has just become runnable should take the hart from the one that runs. */
  preempts?(woken: Task, running: Task): boolean;
  running?(task: Task, hart: number): void;
  stopping?(task: Task, hart: number, consumed: Cycles): void;
  /** The state, for people. */
  dump(): string;
}
