/**
 * What came out of a schedule on paper: figures per job, averages, and who ran when. Pictures and tables are made of this.
 * Times are in units of time, or in cycles when overhead is charged; instants count from 0.
 */
import type { RealTimeAnalysis } from './analysis.ts';

/** One job: an aperiodic one, or one release of a periodic one. */
export interface JobResult {
  /** Its name; releases of a periodic job are called `NAME.1`, `NAME.2`, ... */
  readonly id: string;
  /** The name without the release's number: rows of a chart. */
  readonly task: string;
  readonly arrival: number;
  /** Computing in all, without I/O. */
  readonly burst: number;
  /** When it first ran and when it was done; null when it never did. */
  readonly start: number | null;
  readonly finish: number | null;
  /** From arrival to first running. */
  readonly response: number | null;
  /** Time in which it was ready and did not run. */
  readonly waiting: number | null;
  /** From arrival to the end. */
  readonly turnaround: number | null;
  /** Was it done after its deadline, or never? False when it has none. */
  readonly missed: boolean;
  /** The deadline as an instant, or null. */
  readonly deadline: number | null;
  /** When it was blocked for I/O: pairs [from, to). */
  readonly blocked: readonly (readonly [number, number])[];
}

/** A hart ran a job from `from` up to `to`. Neighbouring turns of the same job are one. */
export interface GanttSegment {
  readonly hart: number;
  /** A JobResult's id. */
  readonly job: string;
  readonly from: number;
  readonly to: number;
}

/** Means over the jobs that were done; 0 when there were none. */
export interface Averages {
  readonly response: number;
  readonly waiting: number;
  readonly turnaround: number;
}

/** One decision of the policy. */
export interface ExplainedDecision {
  readonly at: number;
  readonly hart: number;
  /** The chosen job, or null to idle. */
  readonly job: string | null;
  /** Until when at most; null is until it gives up. */
  readonly slice: number | null;
  readonly reason: string;
  /** The policy's account of itself before it decided. */
  readonly dump: string;
}

export interface ScheduleResult {
  /** The policy as it was asked for. */
  readonly policy: string;
  readonly harts: number;
  readonly jobs: readonly JobResult[];
  readonly averages: Averages;
  readonly gantt: readonly GanttSegment[];
  /** How often a hart went from one job to another one. */
  readonly switches: number;
  /** Share of the harts' time, from 0 to the last job's end, that jobs computed. */
  readonly utilisation: number;
  /** Jobs done in a unit of time, from 0 to the last job's end. */
  readonly throughput: number;
  /** Jobs that missed their deadlines. */
  readonly missed: number;
  /** The end: when the last job was done or the last hart stopped. */
  readonly end: number;
  /** Passes through the policy that chose a job. */
  readonly decisions: number;
  /** Time that harts spent in hooks and switches; 0 unless overhead is charged. */
  readonly overhead: number;
  /** Jobs that admission refused, with the policy's reason. They never ran and are in no average. */
  readonly refused: readonly { readonly job: string; readonly reason: string }[];
  /** By periodic job: longest less shortest time from release to end. */
  readonly jitter: readonly { readonly task: string; readonly jitter: number }[];
  /** Set when a job could have run and the policy never let it. */
  readonly starved: string | null;
  /** For sets with periodic jobs. */
  readonly analysis: RealTimeAnalysis | null;
  /** When they were asked for. */
  readonly why: readonly ExplainedDecision[];
}
