/**
 * The paper simulator: jobs on harts under a policy, by events. What happens at one instant happens in this order:
 *   1. harts whose job has come to the end of a burst stop (by hart's number);
 *   2. jobs that arrive are queued, then those that return from I/O or are released again (each by their order in the set);
 *   3. jobs that give up the processor are queued, then those whose slice is over (by hart's number);
 *   4. harts that are free ask the policy (by number);
 *   5. who has been queued at this instant and is still ready may preempt the running job that all others would preempt.
 * So an arrival is queued before a job that is preempted at the same instant. Decisions are validated as the kernel does.
 */
import type { Decision, EnqueueReason, PolicyGround, SchedulingPolicy } from '../../contracts/scheduler.ts';
import { NEVER } from '../../contracts/units.ts';
import { type ChoiceState, nextChoice } from '../../kernel/choice.ts';
import { objection, refuse } from '../../kernel/decisions.ts';
import { PolicyWatch } from '../../kernel/policy-watch.ts';
import type { ChosenPolicy } from '../../schedulers/index.ts';
import type { JobPlan } from './jobs.ts';
import type { ScheduleObserver, ScheduleTotals } from './observer.ts';
import { NO_OVERHEAD, type Overhead } from './overhead.ts';
import { PaperHart } from './paper-hart.ts';
import { type PaperTask, TaskState } from './task.ts';
import { Tasks } from './tasks.ts';

export interface SimulationOptions {
  readonly policy: ChosenPolicy;
  readonly harts: number;
  /** For policies that are given no quantum. */
  readonly quantum: number;
  /** What policies take for a millisecond. */
  readonly unit: number;
  readonly seed: number;
  /** Periodic jobs are released before this instant. */
  readonly until: number;
  readonly overhead?: Overhead;
  readonly observer: ScheduleObserver;
}

/** Passes in a row in which a policy may leave ready jobs waiting and idle until later. */
const PATIENCE = 10_000;

export class Simulator {
  readonly #options: SimulationOptions;
  readonly #observer: ScheduleObserver;
  readonly #policy: SchedulingPolicy;
  readonly #prices: Overhead;
  readonly #tasks: Tasks;
  readonly #harts: readonly PaperHart[];
  readonly #choices: ChoiceState;
  /** Tasks queued at this instant; those that give the processor up or have used their slices. */
  readonly #queued: PaperTask[] = [];
  readonly #returning: PaperTask[] = [];
  readonly #reasons: EnqueueReason[] = [];
  /** How many of them are meant: the arrays keep their length, for that is much faster than to empty them. */
  #queuedCount = 0;
  #returningCount = 0;
  #root = 0;
  #now = 0;
  #ready = 0;
  /** Cycles of hooks that no hart has spent yet. */
  #debt = 0;
  #overhead = 0;
  #decisions = 0;
  #switches = 0;
  #idlePasses = 0;

  /** @param jobs in order of arrival. */
  constructor(jobs: Iterable<JobPlan>, options: SimulationOptions) {
    this.#options = options;
    this.#observer = options.observer;
    this.#prices = options.overhead ?? NO_OVERHEAD;
    this.#choices = { seedLow: options.seed >>> 0, seedHigh: Math.floor(options.seed / 2 ** 32) >>> 0 };
    this.#tasks = new Tasks(jobs, options);
    this.#harts = Array.from({ length: options.harts }, (_, number) => new PaperHart(number));
    this.#policy = this.#make(options.policy);
    this.#policy.initialise();
  }

  /** What is known to come to an end is not watched: that would cost it most of its speed. */
  #make({ make, isWatched }: ChosenPolicy): SchedulingPolicy {
    if (!isWatched) return make(this.#ground(), this.#tasks.memory);
    const watch = new PolicyWatch();
    return watch.watched(make(watch.on(this.#ground()), watch.over(this.#tasks.memory)));
  }

  #ground(): PolicyGround {
    const simulator = this;
    const tasks = this.#tasks;
    return {
      harts: this.#options.harts,
      quantum: this.#options.quantum,
      millisecond: this.#options.unit,
      now: () => this.#now,
      allocate: (bytes) => tasks.memory.allocate(bytes),
      task: (id) => tasks.at(id),
      nameOf: (id) => tasks.at(id).plan.name,
      choose: (point, options) => nextChoice(this.#choices, point, options),
      get root() {
        return simulator.#root;
      },
      set root(address: number) {
        simulator.#root = address;
      },
    };
  }

  /** Goes on until nothing more can happen. Throws PolicyFault when the policy breaks its contract. */
  run(): ScheduleTotals {
    for (;;) {
      const instant = this.#nextInstant();
      if (instant === NEVER || this.#idlePasses > PATIENCE) break;
      this.#now = instant;
      this.#endBursts();
      this.#letIn();
      this.#putBack();
      this.#dispatchFree();
      if (this.#policy.preempts !== undefined && this.#queuedCount > 0) this.#preempt();
      this.#queuedCount = 0;
    }
    return this.#totals();
  }

  #nextInstant(): number {
    let next = this.#tasks.next;
    for (const hart of this.#harts) {
      if (hart.task !== undefined) next = Math.min(next, hart.finishAt, hart.sliceEnd);
      else if (this.#ready > 0) next = Math.min(next, hart.askAt);
    }
    return next;
  }

  /** Stops jobs that have come to the end of a burst: they wait for I/O, give the processor up, or are done. */
  #endBursts(): void {
    for (const hart of this.#harts) {
      const { task } = hart;
      if (task === undefined || hart.finishAt > this.#now) continue;
      this.#stop(hart, task);
      const { bursts } = task.plan;
      if (task.place + 1 < bursts.length) {
        const wait = bursts[task.place + 1] as number;
        task.place += 2;
        task.left = bursts[task.place] as number;
        if (wait === 0) this.#setAside(task, 'yielded');
        else this.#tasks.block(task, this.#now, wait);
      } else this.#finish(task);
    }
  }

  #finish(task: PaperTask): void {
    this.#observer.done?.(task, this.#now);
    if (this.#tasks.releaseAgain(task, this.#now)) return;
    if (this.#policy.leave) {
      this.#policy.leave(task);
      this.#charge();
    }
    this.#tasks.end(task);
  }

  /** Queues what arrives, and what returns from I/O or is released again. */
  #letIn(): void {
    for (;;) {
      const task = this.#tasks.arrival(this.#now);
      if (task === undefined) break;
      const refusal = this.#policy.admit === undefined ? '' : this.#policy.admit(task);
      if (refusal === '') {
        this.#observer.arrived?.(task);
        this.#enqueue(task, 'new');
      } else {
        this.#observer.refused?.(task.plan, refusal);
        this.#tasks.end(task);
      }
    }
    for (;;) {
      const task = this.#tasks.due(this.#now);
      if (task === undefined) break;
      if (task.start < 0 && task.place === 0) this.#observer.arrived?.(task);
      else this.#observer.blocked?.(task, task.blockedAt, this.#now);
      this.#enqueue(task, 'woken');
    }
  }

  #setAside(task: PaperTask, reason: EnqueueReason): void {
    this.#returning[this.#returningCount] = task;
    this.#reasons[this.#returningCount] = reason;
    this.#returningCount += 1;
  }

  /** Queues those that gave the processor up, then those whose slices are over. */
  #putBack(): void {
    for (const hart of this.#harts) {
      const { task } = hart;
      if (task === undefined || hart.sliceEnd > this.#now) continue;
      this.#stop(hart, task);
      this.#setAside(task, 'preempted');
    }
    for (let index = 0; index < this.#returningCount; index++)
      this.#enqueue(this.#returning[index] as PaperTask, this.#reasons[index] as EnqueueReason);
    this.#returningCount = 0;
  }

  #enqueue(task: PaperTask, reason: EnqueueReason): void {
    task.state = TaskState.ready;
    this.#ready += 1;
    this.#policy.enqueue(task, reason);
    this.#charge();
    this.#queued[this.#queuedCount++] = task;
    this.#idlePasses = 0;
  }

  #dispatchFree(): void {
    for (const hart of this.#harts) if (hart.task === undefined && this.#ready > 0) this.#dispatch(hart);
  }

  #dispatch(hart: PaperHart): void {
    const { decided } = this.#observer;
    const dump = decided === undefined ? '' : this.#policy.dump();
    const decision = this.#policy.dispatch(hart.number);
    this.#charge();
    if (decision.task === 0) {
      hart.askAt = decision.slice > 0 ? this.#now + decision.slice : NEVER;
      if (this.#harts.every((other) => other.task === undefined)) this.#idlePasses += 1;
      decided?.call(this.#observer, this.#now, hart.number, decision, undefined, dump);
      return;
    }
    const task = this.#validated(decision, hart.number);
    this.#idlePasses = 0;
    this.#decisions += 1;
    decided?.call(this.#observer, this.#now, hart.number, decision, task, dump);
    this.#start(hart, task, decision.slice);
  }

  #validated(decision: Decision, hart: number): PaperTask {
    const task = this.#tasks.find(decision.task);
    if (task === undefined) refuse(this.#policy, 'picked a job that there is not', `id ${decision.task}`);
    const what = objection(decision, task.state === TaskState.ready, task.affinity, hart);
    if (what !== '') refuse(this.#policy, what, `${task.jobName}: ${decision.reason}`);
    return task;
  }

  #start(hart: PaperHart, task: PaperTask, slice: number): void {
    task.state = TaskState.running;
    this.#ready -= 1;
    if (this.#policy.running) {
      this.#policy.running(task, hart.number);
      this.#charge();
    }
    if (hart.last !== task.id) {
      if (hart.last !== 0) this.#switches += 1;
      this.#debt += this.#prices.change;
      hart.last = task.id;
    }
    hart.begin(task, this.#now, this.#debt, slice);
    this.#overhead += this.#debt;
    this.#debt = 0;
  }

  /** Takes a task off its hart: what it has computed is counted. */
  #stop(hart: PaperHart, task: PaperTask): void {
    const from = hart.runsFrom;
    const consumed = hart.stop(this.#now);
    task.left -= consumed;
    if (consumed > 0) {
      if (task.start < 0) task.start = from;
      this.#observer.ran?.(hart.number, task, from, this.#now);
    }
    if (this.#policy.stopping) {
      this.#policy.stopping(task, hart.number, consumed);
      this.#charge();
    }
  }

  /** Lets tasks that were queued at this instant, and those that they preempt, take harts from lesser ones. */
  #preempt(): void {
    const most = this.#queuedCount + 2 * this.#harts.length;
    for (let index = 0; index < this.#queuedCount && index < most; index++) {
      const task = this.#queued[index] as PaperTask;
      if (task.state !== TaskState.ready) continue;
      const hart = this.#victim(task);
      if (hart?.task === undefined) continue;
      const { task: preempted } = hart;
      this.#stop(hart, preempted);
      this.#enqueue(preempted, 'preempted');
      this.#dispatch(hart);
      // Whoever was preempted may run on a hart that was free because nobody else might.
      this.#dispatchFree();
    }
  }

  /** The hart whose task a newcomer would preempt and all others would preempt too; undefined when there is none. */
  #victim(task: PaperTask): PaperHart | undefined {
    let victim: PaperHart | undefined;
    for (const hart of this.#harts) {
      const { task: running } = hart;
      if (running === undefined || ((task.affinity >>> hart.number) & 1) === 0) continue;
      const rival = victim?.task ?? task;
      if (this.#policy.preempts?.(rival, running) === true) victim = hart;
      this.#charge();
    }
    return victim;
  }

  /** Charges one call of a hook, with the records that it has read and written. */
  #charge(): void {
    const { hook, read, write } = this.#prices;
    if (hook === 0 && read === 0 && write === 0) return;
    const { reads, writes } = this.#tasks.memory.settle();
    this.#debt += hook + reads * read + writes * write;
  }

  #totals(): ScheduleTotals {
    let starved: string | null = null;
    if (this.#ready > 0) {
      const names = this.#tasks.readyNames();
      starved = `policy ${this.#policy.name} never lets ${names} run: ${this.#policy.dump()}`;
    }
    let busy = 0;
    let end = 0;
    for (const hart of this.#harts) {
      busy += hart.busy;
      end = Math.max(end, hart.freeAt);
    }
    return {
      harts: this.#harts.length,
      end,
      busy,
      overhead: this.#overhead,
      decisions: this.#decisions,
      switches: this.#switches,
      starved,
      memory: this.#tasks.memory.extent,
      tasks: this.#tasks.most,
    };
  }
}
