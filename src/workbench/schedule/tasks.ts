/** The tasks of a simulation: those that live, those to come, and the memory of their records. */

import { POLICY_RECORD_BYTES } from '../../contracts/scheduler.ts';
import { NEVER } from '../../contracts/units.ts';
import { weightOf } from '../../linux/time/priorities.ts';
import { Agenda } from './agenda.ts';
import type { JobPlan } from './jobs.ts';
import { PaperMemory } from './memory.ts';
import { computing, PaperTask, TaskState } from './task.ts';

export class Tasks {
  readonly memory = new PaperMemory();
  readonly #harts: number;
  readonly #until: number;
  readonly #source: Iterator<JobPlan>;
  readonly #agenda = new Agenda();
  /** By id less one. */
  readonly #places: PaperTask[] = [];
  readonly #free: PaperTask[] = [];
  readonly #users = new Map<string, number>();
  #coming: JobPlan | undefined;
  #index = 0;
  #nextArrival = NEVER;

  constructor(jobs: Iterable<JobPlan>, options: { readonly harts: number; readonly until: number }) {
    this.#harts = options.harts;
    this.#until = options.until;
    this.#source = jobs[Symbol.iterator]();
    this.#fetch();
  }

  /** When the next task arrives or returns. */
  get next(): number {
    return Math.min(this.#nextArrival, this.#agenda.next);
  }

  /** The most tasks that lived at a time. */
  get most(): number {
    return this.#places.length;
  }

  at(id: number): PaperTask {
    return this.#places[id - 1] as PaperTask;
  }

  /** The living task of an id that a policy names. */
  find(id: number): PaperTask | undefined {
    const task = this.#places[id - 1];
    return task === undefined || task.state === TaskState.free ? undefined : task;
  }

  /** The next job that has arrived by now, as a task. */
  arrival(now: number): PaperTask | undefined {
    const plan = this.#coming;
    if (plan === undefined || this.#nextArrival > now) return undefined;
    const task = this.#place(plan);
    const slice = plan.slice || (plan.period === 0 ? 0 : computing(plan));
    task.plan = plan;
    task.index = this.#index++;
    task.user = this.#userOf(plan.user);
    task.weight = weightOf(plan.nice);
    task.slice = slice;
    task.affinity = plan.hart < 0 ? 2 ** this.#harts - 1 : 2 ** plan.hart;
    this.#prepare(task, plan.arrival, plan.period === 0 ? 0 : 1);
    this.#fetch();
    return task;
  }

  /** The next task that has returned from I/O, or is released again, by now. */
  due(now: number): PaperTask | undefined {
    return this.#agenda.next > now ? undefined : this.at(this.#agenda.take());
  }

  block(task: PaperTask, now: number, time: number): void {
    task.state = TaskState.blocked;
    task.blockedAt = now;
    this.#agenda.add(now + time, task.index, task.id);
  }

  /** Makes a periodic job ready for its next release, which may be overdue. False when there is none. */
  releaseAgain(task: PaperTask, now: number): boolean {
    const release = task.released + task.plan.period;
    if (task.release === 0 || release >= this.#until) return false;
    this.#prepare(task, release, task.release + 1);
    task.state = TaskState.blocked;
    this.#agenda.add(Math.max(now, release), task.index, task.id);
    return true;
  }

  /** A job is over: its place and its record are free for another. */
  end(task: PaperTask): void {
    task.state = TaskState.free;
    this.memory.u8.fill(0, task.policyRecord, task.policyRecord + POLICY_RECORD_BYTES);
    this.#free.push(task);
  }

  readyNames(): string {
    return this.#places
      .filter(({ state }) => state === TaskState.ready)
      .map(({ jobName }) => jobName)
      .join(', ');
  }

  #prepare(task: PaperTask, released: number, release: number): void {
    const { period, deadline, bursts } = task.plan;
    task.release = release;
    task.released = released;
    task.place = 0;
    task.left = bursts[0] as number;
    task.start = -1;
    task.deadline = released + (deadline || period || NEVER);
  }

  #place(plan: JobPlan): PaperTask {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const task = new PaperTask(this.#places.length + 1, this.memory.allocate(POLICY_RECORD_BYTES), plan);
    this.#places.push(task);
    return task;
  }

  #userOf(name: string): number {
    const known = this.#users.get(name);
    if (known !== undefined) return known;
    this.#users.set(name, this.#users.size + 1);
    return this.#users.size;
  }

  #fetch(): void {
    const { value, done } = this.#source.next();
    this.#coming = done === true ? undefined : value;
    const arrival = this.#coming?.arrival ?? NEVER;
    if (this.#nextArrival !== NEVER && arrival < this.#nextArrival)
      throw new Error(`job ${this.#index + 1} arrives before the one that is named before it`);
    this.#nextArrival = arrival;
  }
}
