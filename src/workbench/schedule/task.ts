/** A job as the simulator keeps it while it lives; a policy sees it as a Task. Places are used again by later jobs. */
import type { Task } from '../../contracts/scheduler.ts';
import { NEVER } from '../../contracts/units.ts';
import type { JobPlan } from './jobs.ts';

export const TaskState = { free: 0, ready: 1, running: 2, blocked: 3 } as const;

export class PaperTask implements Task {
  readonly id: number;
  plan: JobPlan;
  /** Its number among all jobs, from 0, in the order of the set. */
  index = 0;
  state: number = TaskState.free;
  /** Which release of a periodic job, from 1; 0 for others. When it was released. */
  release = 0;
  released = 0;
  /** Place in `plan.bursts`, and what is left of that burst. */
  place = 0;
  left = 0;
  /** When this release first ran, or -1; when it was blocked last. */
  start = -1;
  blockedAt = 0;
  user = 0;
  weight = 0;
  deadline = NEVER;
  slice = 0;
  affinity = 0;
  readonly policyRecord: number;

  constructor(id: number, policyRecord: number, plan: JobPlan) {
    this.id = id;
    this.policyRecord = policyRecord;
    this.plan = plan;
  }

  get group(): number {
    return this.id;
  }
  get nice(): number {
    return this.plan.nice;
  }
  get priority(): number {
    return this.plan.priority;
  }
  get tickets(): number {
    return this.plan.tickets;
  }
  get period(): number {
    return this.plan.period;
  }
  get latency(): number {
    return this.plan.latency;
  }
  get extra(): number {
    return this.plan.extra;
  }
  get burst(): number {
    return this.plan.bursts[this.place] as number;
  }

  /** The name of this job, or of this release of it. */
  get jobName(): string {
    return this.release === 0 ? this.plan.name : `${this.plan.name}.${this.release}`;
  }
}

/** Computing in all that a job needs. */
export function computing({ bursts }: JobPlan): number {
  let sum = 0;
  for (let place = 0; place < bursts.length; place += 2) sum += bursts[place] as number;
  return sum;
}

/** I/O in all. */
export function waitingForDevices({ bursts }: JobPlan): number {
  let sum = 0;
  for (let place = 1; place < bursts.length; place += 2) sum += bursts[place] as number;
  return sum;
}
