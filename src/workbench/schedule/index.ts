/** Schedules on paper: job sets under any policy, the figures to the digit. */
import type { MachineProfile } from '../../contracts/accounting.ts';
import type { ChosenPolicy } from '../../schedulers/index.ts';
import { analyse } from './analysis.ts';
import { Collector } from './collector.ts';
import type { JobPlan } from './jobs.ts';
import { overheadOf } from './overhead.ts';
import type { ScheduleResult } from './result.ts';
import { Simulator } from './simulator.ts';
import { Summary, type SummaryFigures } from './summary.ts';

export type { RealTimeAnalysis, TaskAnalysis } from './analysis.ts';
export { chartLines } from './chart.ts';
export { ConstraintWatch, type Violation, violationLines } from './constraint-watch.ts';
export { type Constraint, constraintsFromData } from './constraints.ts';
export { hintOf } from './hints.ts';
export { jobsFromData } from './job-data.ts';
export { JOB_KEYS, type JobPlan, jobsOf } from './jobs.ts';
export type { ExplainedDecision, GanttSegment, JobResult, ScheduleResult } from './result.ts';
export { comparisonText, csvText, resultJson, resultText } from './text.ts';

export interface ScheduleOptions {
  readonly policy: ChosenPolicy;
  readonly harts?: number;
  /** The quantum of policies that are given none. */
  readonly quantum?: number;
  readonly seed?: number;
  /** Periodic jobs are released before this instant; by default, before the end of a hyperperiod. */
  readonly until?: number;
  /** Charge hooks and switches by this profile. Times are cycles then, `unit` of them for one unit of the jobs' times. */
  readonly overhead?: MachineProfile;
  readonly unit?: number;
  /** Keep every decision with the policy's dump. */
  readonly why?: boolean;
}

/** A quantum of 4 is that of the textbooks' examples. */
export const PAPER_QUANTUM = 4;
/** Releases of periodic jobs that are simulated at most. */
const MOST_RELEASES = 100_000;

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/**
 * The end of the first hyperperiod after all periodic jobs have arrived, at which the pattern of releases begins anew (two of
 * them when they do not arrive together). Throws an Error when that is too far.
 */
export function horizonOf(jobs: readonly JobPlan[]): number {
  const periodic = jobs.filter(({ period }) => period > 0);
  if (periodic.length === 0) return 0;
  const hyperperiod = periodic.reduce(
    (multiple, { period }) => (multiple / greatestCommonDivisor(multiple, period)) * period,
    1,
  );
  const last = periodic.reduce((latest, { arrival }) => Math.max(latest, arrival), 0);
  const together = periodic.every(({ arrival }) => arrival === last);
  const end = last + hyperperiod * (together ? 1 : 2);
  checkReleases(periodic, end);
  return end;
}

function checkReleases(jobs: readonly JobPlan[], until: number): void {
  const releases = jobs.reduce(
    (sum, { arrival, period }) => sum + (period > 0 ? Math.max(0, until - arrival) / period : 0),
    0,
  );
  if (!(releases <= MOST_RELEASES))
    throw new Error(
      `the periodic jobs are released more than ${MOST_RELEASES} times; say until when by --until`,
    );
}

function scaled(jobs: readonly JobPlan[], unit: number): JobPlan[] {
  return jobs.map((job) => ({
    ...job,
    arrival: job.arrival * unit,
    bursts: job.bursts.map((burst) => burst * unit),
    period: job.period * unit,
    deadline: job.deadline * unit,
    slice: job.slice * unit,
    latency: job.latency * unit,
  }));
}

/** Refuses times that a number cannot hold exactly. */
function checkTimes(jobs: readonly JobPlan[], until: number): void {
  let [latest, sum] = [until, 0];
  for (const { arrival, bursts, period } of jobs) {
    const releases = period > 0 ? Math.max(1, Math.ceil((until - arrival) / period)) : 1;
    latest = Math.max(latest, arrival);
    sum += bursts.reduce((total, burst) => total + burst, 0) * releases;
  }
  if (!(latest + sum <= Number.MAX_SAFE_INTEGER / 2))
    throw new Error('the times of the jobs are too large together');
}

/** Runs jobs under a policy and keeps everything. Throws an Error of one line for what cannot be, PolicyFault for a bad policy. */
export function schedule(jobs: readonly JobPlan[], options: ScheduleOptions): ScheduleResult {
  const { policy, harts = 1, quantum = PAPER_QUANTUM, seed = 1, overhead, why = false } = options;
  const unit = overhead === undefined ? 1 : (options.unit ?? 1);
  const plans = unit === 1 ? [...jobs] : scaled(jobs, unit);
  const pinned = plans.find(({ hart }) => hart >= harts);
  if (pinned !== undefined)
    throw new Error(
      `job ${pinned.name} is bound to hart ${pinned.hart}, and there ${harts === 1 ? 'is 1' : `are ${harts}`}`,
    );
  const until = options.until === undefined ? horizonOf(plans) : options.until * unit;
  checkReleases(plans, until);
  checkTimes(plans, until);
  const observer = new Collector(why);
  const arrivals = [...plans].sort((a, b) => a.arrival - b.arrival);
  const simulator = new Simulator(arrivals, {
    policy: unit === 1 ? policy : policy.inUnits(unit),
    harts,
    quantum: quantum * unit,
    unit,
    seed,
    until,
    observer,
    ...(overhead === undefined ? {} : { overhead: overheadOf(overhead) }),
  });
  const result = observer.result(policy.specification, plans, simulator.run());
  return { ...result, analysis: analyse(plans) };
}

/** Runs a trace of any length, its jobs in order of arrival, and keeps only sums. */
export function summarise(
  jobs: Iterable<JobPlan>,
  { policy, harts = 1, quantum = PAPER_QUANTUM, seed = 1, until = 0 }: ScheduleOptions,
): SummaryFigures {
  const observer = new Summary();
  const simulator = new Simulator(jobs, { policy, harts, quantum, unit: 1, seed, until, observer });
  return observer.figures(simulator.run());
}
