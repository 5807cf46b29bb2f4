/**
 * The scheduling contract, shaped like Linux's sched_ext, smaller: a policy decides, whoever keeps the tasks checks the
 * decision and carries it out. That is the kernel for real programs, and the paper simulator for job sets: a policy cannot
 * tell them apart. It knows nothing of the machine; its state is plain integers in records; every hook is charged. There is
 * no clock tick: a policy that has something to do at an instant ends the slice there.
 */
import type { Cycles } from './units.ts';

/** What a policy may know of a task. Tasks nest (threads of a process, strands of a domain): `group` is the parent. */
export interface Task {
  readonly id: number;
  readonly group: number;
  /** Whose it is: shares among users. */
  readonly user: number;
  /** Weight from 1; 1024 is nice 0. */
  readonly weight: number;
  /** -20 (favoured) to 19. */
  readonly nice: number;
  /** A number that fixed priorities, and levels of queues, are made of; the policy says whether low or high wins. */
  readonly priority: number;
  /** Shares of the processor, from 1. */
  readonly tickets: number;
  /** Absolute deadline, or NEVER. */
  readonly deadline: Cycles;
  /** Every how many cycles it has work; 0 when it has no period. */
  readonly period: Cycles;
  /** Cycles that it is promised in each period, or asks for at a time; 0 when it says nothing. */
  readonly slice: Cycles;
  /** How soon after waking it wants to run (Nemesis); 0 when it says nothing. */
  readonly latency: Cycles;
  /** 1 when it takes part in what contracts leave over (Nemesis). */
  readonly extra: number;
  /** Declared length of its coming burst of computing; 0 when it is not known. */
  readonly burst: Cycles;
  /** Bit h is set when the task may run on hart h. */
  readonly affinity: number;
  /** Address of POLICY_RECORD_BYTES in the task's record that are the policy's: cleared when the task is made, gone with it. */
  readonly policyRecord: number;
}

/** Accesses of records and calls of its ground that one hook of a policy may make: who needs more goes in circles. */
export const MOST_POLICY_ACCESSES = 4_000_000;

/** Bytes of a task's record that are its policy's. */
export const POLICY_RECORD_BYTES = 96;

/** What a policy stands on: its state is records that it allocates here and finds again by `root`. */
export interface PolicyGround {
  readonly harts: number;
  /** The machine's default quantum in cycles. */
  readonly quantum: Cycles;
  /** Cycles in a millisecond, for policies whose published figures are in time; 1 on paper. */
  readonly millisecond: Cycles;
  /** The instant of the active hart. */
  now(): Cycles;
  /** A cleared record of `bytes`, kept for good. What belongs to a task is in its `policyRecord`. */
  allocate(bytes: number): number;
  task(id: number): Task;
  /** What people call a task. */
  nameOf(id: number): string;
  /** Word that the policy finds again after a resume: the address of its first record. */
  root: number;
  /** A free choice among `options` equals. */
  choose(point: string, options: number): number;
}

/**
 * Why a task is handed to a policy. `yielded` means that it gave the hart up of its own accord and could go on; `donated` that it
 * was queued already, and now has what another one lends to it, or has it no more.
 */
export type EnqueueReason = 'new' | 'woken' | 'preempted' | 'yielded' | 'donated';

export interface Decision {
  /** The chosen task's id, or 0 to idle. */
  readonly task: number;
  /**
   * Cycles that it may run before the policy is asked again; NEVER is until it gives up. When `task` is 0: cycles until the
   * policy wants to be asked again although nothing happens, or 0.
   */
  readonly slice: Cycles;
  /** Shown by the 'why this thread?' view. */
  readonly reason: string;
}

/** What a scheduler that is a guest process is told next. `ask`: a hart wants to know whom to run. */
export interface SchedulerEvent {
  readonly kind: 'ready' | 'gone' | 'ask';
  /** The task that it is about, as it was when it happened; 0 for `ask`. */
  readonly task: number;
  readonly hart: number;
  readonly nice: number;
  readonly priority: number;
  readonly tickets: number;
  readonly burst: Cycles;
}

/** What a policy offers whose decisions are a guest process's: it is told of events, and obeyed or overruled. */
export interface DelegatingPolicy {
  /** From now on this task decides. False when another one does. */
  attach(task: Task): boolean;
  /** The next event for the task that decides; undefined when it has nothing to do for now. */
  next(task: Task): SchedulerEvent | undefined;
  /** Its answer to the hart that has asked. False when it cannot be followed. */
  decide(task: Task, chosen: number, slice: Cycles): boolean;
  /** Decisions that were followed, and those that could not be or came too late. */
  obeyed(): number;
  overruled(): number;
}

/**
 * A policy. A hook may look at its records MOST_POLICY_ACCESSES times; one that throws, or goes on for longer, ends the machine with
 * a precise message. The order of calls for a task: `admit` once, then `enqueue`, `dispatch`, `running`, `stopping`, and either
 * `enqueue` again or nothing while it waits; `leave` when it ends. Hooks with `?` may be left out.
 */
export interface SchedulingPolicy {
  readonly name: string;
  /** Makes its records; called once, at boot. A policy is handed its ground when it is made. */
  initialise(): void;
  /** Admission: why a task with these parameters cannot be taken, or '' (as when the hook is left out). */
  admit?(task: Task): string;
  enqueue(task: Task, reason: EnqueueReason): void;
  /** A task that is queued is no longer runnable, or its parameters change (it is enqueued again). */
  dequeue(task: Task): void;
  /** Takes the next task out of the queues. A task that is running is in none. */
  dispatch(hart: number): Decision;
  /**
   * True when a task that has just become runnable should take the hart from the one that runs. Asked of several running
   * tasks, it must be an order: the one that all others would preempt gives way.
   */
  preempts?(woken: Task, running: Task): boolean;
  /**
   * Priority inheritance: should `holder`, which has what `donor` waits for, be treated as the donor until it lets go? Also asked
   * of two that wait: who of them is to have it first. Left out: never, and first come first served.
   */
  inherits?(holder: Task, donor: Task): boolean;
  running?(task: Task, hart: number): void;
  stopping?(task: Task, hart: number, consumed: Cycles): void;
  /** Weight, priority or deadline of a task that runs or waits has changed. One that is queued is dequeued and enqueued. */
  changed?(task: Task): void;
  /** A task has ended, and its record goes. It is in no queue. */
  leave?(task: Task): void;
  /** Is it ready by name only, and wants to run when the policy calls for it? Then it does not starve. Left out: no. */
  isResting?(task: Task): boolean;
  /** Of a policy that lets a guest process decide. */
  readonly delegate?: DelegatingPolicy;
  /** The state, for people. */
  dump(): string;
}
