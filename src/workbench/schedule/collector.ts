/** Keeps everything that a simulation tells, and makes the result of it. For traces too long to keep, see summary.ts. */
import type { Decision } from '../../contracts/scheduler.ts';
import { NEVER } from '../../contracts/units.ts';
import type { JobPlan } from './jobs.ts';
import type { ScheduleObserver, ScheduleTotals } from './observer.ts';
import type { ExplainedDecision, GanttSegment, JobResult, ScheduleResult } from './result.ts';
import { computing, type PaperTask, waitingForDevices } from './task.ts';

/** A job that has not ended. */
interface Draft {
  readonly result: JobResult;
  readonly plan: JobPlan;
  readonly blocked: [number, number][];
}

type Segment = { -readonly [K in keyof GanttSegment]: GanttSegment[K] };

export class Collector implements ScheduleObserver {
  /** By the task's id. */
  readonly #drafts = new Map<number, Draft>();
  readonly #jobs: { readonly plan: JobPlan; readonly result: JobResult }[] = [];
  readonly #gantt: Segment[] = [];
  /** By hart. */
  readonly #last: (Segment | undefined)[] = [];
  readonly #refused: { job: string; reason: string }[] = [];
  readonly #why: ExplainedDecision[] = [];
  readonly decided?: NonNullable<ScheduleObserver['decided']>;

  /** @param explain Are decisions to be kept with the policy's dump? */
  constructor(explain: boolean) {
    if (explain) this.decided = this.#decided;
  }

  arrived(task: PaperTask): void {
    const { plan, released, deadline } = task;
    const blocked: [number, number][] = [];
    const result: JobResult = {
      id: task.jobName,
      task: plan.name,
      arrival: released,
      burst: computing(plan),
      start: null,
      finish: null,
      response: null,
      waiting: null,
      turnaround: null,
      missed: deadline !== NEVER,
      deadline: deadline === NEVER ? null : deadline,
      blocked,
    };
    this.#drafts.set(task.id, { result, plan, blocked });
  }

  ran(hart: number, task: PaperTask, from: number, to: number): void {
    const job = task.jobName;
    const last = this.#last[hart];
    if (last?.job === job && last.to === from) {
      last.to = to;
      return;
    }
    const segment = { hart, job, from, to };
    this.#last[hart] = segment;
    this.#gantt.push(segment);
  }

  blocked(task: PaperTask, from: number, to: number): void {
    this.#drafts.get(task.id)?.blocked.push([from, to]);
  }

  done(task: PaperTask, at: number): void {
    const draft = this.#drafts.get(task.id);
    if (draft === undefined) throw new Error(`${task.jobName} ends and never arrived`);
    this.#drafts.delete(task.id);
    const { result, plan } = draft;
    const turnaround = at - result.arrival;
    this.#jobs.push({
      plan,
      result: {
        ...result,
        start: task.start,
        finish: at,
        response: task.start - result.arrival,
        waiting: turnaround - result.burst - waitingForDevices(plan),
        turnaround,
        missed: at > task.deadline,
      },
    });
  }

  refused({ name }: JobPlan, reason: string): void {
    this.#refused.push({ job: name, reason });
  }

  #decided(at: number, hart: number, decision: Decision, task: PaperTask | undefined, dump: string): void {
    const { slice, reason } = decision;
    const limit = slice === NEVER || slice === 0 ? null : slice;
    this.#why.push({ at, hart, job: task?.jobName ?? null, slice: limit, reason, dump });
  }

  /** The result of a simulation that has ended, its jobs in the order of `jobs`. */
  result(policy: string, jobs: readonly JobPlan[], totals: ScheduleTotals): ScheduleResult {
    const order = new Map(jobs.map((job, index) => [job, index]));
    const kept = [...this.#jobs, ...this.#drafts.values()];
    kept.sort(
      (a, b) => (order.get(a.plan) ?? 0) - (order.get(b.plan) ?? 0) || a.result.arrival - b.result.arrival,
    );
    const results = kept.map(({ result }) => result);
    const done = results.filter(({ finish }) => finish !== null);
    const mean = (of: (job: JobResult) => number | null) =>
      done.length === 0 ? 0 : done.reduce((sum, job) => sum + (of(job) ?? 0), 0) / done.length;
    const { harts, end, busy, decisions, switches, overhead, starved } = totals;
    return {
      policy,
      harts,
      jobs: results,
      averages: {
        response: mean(({ response }) => response),
        waiting: mean(({ waiting }) => waiting),
        turnaround: mean(({ turnaround }) => turnaround),
      },
      gantt: this.#gantt.sort((a, b) => a.from - b.from || a.hart - b.hart),
      switches,
      utilisation: end === 0 ? 0 : busy / (end * harts),
      throughput: end === 0 ? 0 : done.length / end,
      missed: results.filter(({ missed }) => missed).length,
      end,
      decisions,
      overhead,
      refused: this.#refused,
      jitter: jitterOf(results, jobs),
      starved,
      analysis: null,
      why: this.#why,
    };
  }
}

/** By periodic job: longest less shortest time from release to end. */
function jitterOf(
  results: readonly JobResult[],
  jobs: readonly JobPlan[],
): { task: string; jitter: number }[] {
  const spans = new Map<string, [number, number]>();
  for (const { task, turnaround } of results) {
    if (turnaround === null) continue;
    const [least, most] = spans.get(task) ?? [turnaround, turnaround];
    spans.set(task, [Math.min(least, turnaround), Math.max(most, turnaround)]);
  }
  return jobs
    .filter(({ period }) => period > 0)
    .map(({ name }) => {
      const [least, most] = spans.get(name) ?? [0, 0];
      return { task: name, jitter: most - least };
    });
}
