/**
 * What theory says of a set of periodic jobs on one hart without overhead, beside what happened: utilisation and the bound of
 * Liu and Layland (JACM 1973), response times under fixed priorities by period (Joseph and Pandya, 1986; Audsley and others,
 * 1993), and the demand bound for earliest deadline first (Baruah, Rosier, Howell, 1990). I/O and phases are left out of account.
 */
import type { JobPlan } from './jobs.ts';
import { computing } from './task.ts';

export interface TaskAnalysis {
  readonly task: string;
  readonly computing: number;
  readonly period: number;
  readonly deadline: number;
  readonly utilisation: number;
  /** Longest time from release to end under fixed priorities by period; null when it is beyond the deadline. */
  readonly response: number | null;
}

export interface RealTimeAnalysis {
  readonly tasks: readonly TaskAnalysis[];
  readonly utilisation: number;
  /** n (2^(1/n) - 1): below it, rate monotonic meets every deadline that is a period. */
  readonly bound: number;
  readonly withinBound: boolean;
  /** Do all response times end by their deadlines? */
  readonly rateMonotonic: boolean;
  /** Does what must be done by every instant fit before it? */
  readonly earliestDeadline: boolean;
  /** The first instant by which more must be done than fits, when it was found. */
  readonly overload: { readonly at: number; readonly demand: number } | null;
}

interface Periodic {
  readonly name: string;
  readonly computing: number;
  readonly period: number;
  readonly deadline: number;
}

/** Instants that the demand bound looks at at most. */
const MOST_INSTANTS = 1_000_000;

/** The bound of Liu and Layland for a number of tasks. */
export function liuLaylandBound(tasks: number): number {
  return tasks * (2 ** (1 / tasks) - 1);
}

/** Longest response of `task` under those before it in priority; null beyond its deadline. */
function responseTime(task: Periodic, higher: readonly Periodic[]): number | null {
  let response = task.computing;
  for (;;) {
    let next = task.computing;
    for (const other of higher) next += Math.ceil(response / other.period) * other.computing;
    if (next > task.deadline) return null;
    if (next === response) return response;
    response = next;
  }
}

/** Until when demand must be looked at when utilisation is at most 1: the first busy period, when all are released at once. */
function busyPeriod(tasks: readonly Periodic[]): number {
  let length = tasks.reduce((sum, task) => sum + task.computing, 0);
  for (let round = 0; round < MOST_INSTANTS; round++) {
    const next = tasks.reduce((sum, task) => sum + Math.ceil(length / task.period) * task.computing, 0);
    if (next === length) break;
    length = next;
  }
  return length;
}

/** Computing that is released and due within `instant` of a common release. */
function demandBy(tasks: readonly Periodic[], instant: number): number {
  return tasks.reduce(
    (sum, { computing: amount, period, deadline }) =>
      sum + Math.max(0, Math.floor((instant - deadline) / period) + 1) * amount,
    0,
  );
}

function firstOverload(
  tasks: readonly Periodic[],
  utilisation: number,
): { at: number; demand: number } | null {
  const end = utilisation <= 1 ? busyPeriod(tasks) : Number.POSITIVE_INFINITY;
  const next = tasks.map(({ deadline }) => deadline);
  for (let looked = 0; looked < MOST_INSTANTS; looked++) {
    const at = Math.min(...next);
    if (at > end) return null;
    const demand = demandBy(tasks, at);
    if (demand > at) return { at, demand };
    tasks.forEach(({ period }, index) => {
      if (next[index] === at) next[index] = at + period;
    });
  }
  return null;
}

/** Is the sum of shares at most 1? Compared in whole numbers where they are exact. */
function utilisationOf(tasks: readonly Periodic[]): number {
  const sum = tasks.reduce((total, task) => total + task.computing / task.period, 0);
  // Sums of thirds and the like come out as 1 up to rounding.
  return Math.abs(sum - 1) < 1e-12 ? 1 : sum;
}

/** The analysis of the periodic ones among jobs; null when there are none. */
export function analyse(jobs: readonly JobPlan[]): RealTimeAnalysis | null {
  const tasks: Periodic[] = jobs
    .filter(({ period }) => period > 0)
    .map((job) => ({
      name: job.name,
      computing: computing(job),
      period: job.period,
      deadline: job.deadline || job.period,
    }));
  if (tasks.length === 0) return null;
  const byPeriod = [...tasks].sort((a, b) => a.period - b.period);
  const responses = new Map(
    byPeriod.map((task, place) => [task.name, responseTime(task, byPeriod.slice(0, place))]),
  );
  const utilisation = utilisationOf(tasks);
  const bound = liuLaylandBound(tasks.length);
  const overload = firstOverload(tasks, utilisation);
  return {
    tasks: tasks.map(({ name, computing: amount, period, deadline }) => ({
      task: name,
      computing: amount,
      period,
      deadline,
      utilisation: amount / period,
      response: responses.get(name) ?? null,
    })),
    utilisation,
    bound,
    withinBound: utilisation <= bound + 1e-12 && tasks.every(({ deadline, period }) => deadline >= period),
    rateMonotonic: [...responses.values()].every((response) => response !== null),
    earliestDeadline: utilisation <= 1 && overload === null,
    overload,
  };
}
