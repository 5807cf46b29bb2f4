/** What the simulator tells while it goes. Whoever listens keeps as much of it as is wanted. */
import type { Decision } from '../../contracts/scheduler.ts';
import type { JobPlan } from './jobs.ts';
import type { PaperTask } from './task.ts';

export interface ScheduleObserver {
  /** A job has arrived, or a periodic one is released once more. */
  arrived?(task: PaperTask): void;
  /** A hart computed for a task; `to` is after `from`. */
  ran?(hart: number, task: PaperTask, from: number, to: number): void;
  blocked?(task: PaperTask, from: number, to: number): void;
  /** A job, or this release of it, is done. */
  done?(task: PaperTask, at: number): void;
  refused?(job: JobPlan, reason: string): void;
  /** Is asked for the dump only when this is there. */
  decided?(at: number, hart: number, decision: Decision, task: PaperTask | undefined, dump: string): void;
}

/** Totals of a simulation. */
export interface ScheduleTotals {
  readonly harts: number;
  /** When the last job was done or the last hart stopped. */
  readonly end: number;
  /** Computing of all harts, and what hooks and switches took. */
  readonly busy: number;
  readonly overhead: number;
  readonly decisions: number;
  readonly switches: number;
  /** What could run and was never let, with the policy's dump; or null. */
  readonly starved: string | null;
  /** Bytes of the policy's records and of tasks', and the most tasks that lived at a time. */
  readonly memory: number;
  readonly tasks: number;
}
