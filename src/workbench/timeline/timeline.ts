/**
 * A timeline: what each thread (or job) did at every instant, and so what each hart ran. Schedules on paper and recordings of
 * real programs become one; pictures, pages and traces for other tools are made of it. Instants count from 0, in the
 * timeline's unit; a span is half open, [from, to).
 */

export const ACTIVITIES = ['new', 'ready', 'running', 'blocked', 'zombie'] as const;
export type Activity = (typeof ACTIVITIES)[number];

export interface Span {
  readonly activity: Activity;
  readonly from: number;
  readonly to: number;
  /** Where it runs; -1 for all that is not running. */
  readonly hart: number;
  /** What it waits for when it is blocked, which job of several it is when it runs; may be ''. */
  readonly detail: string;
  /** Only in pictures: how many turns stand for one. */
  readonly turns?: number;
}

/** An instant that matters to a lane: when it could begin at the earliest, when it was to be done, and that it was not. */
export interface Mark {
  readonly kind: 'release' | 'deadline' | 'missed';
  readonly at: number;
  readonly detail: string;
}

/** A thread, or a job with all its releases. */
export interface Lane {
  /** A number of its own, from 1. */
  readonly id: number;
  readonly name: string;
  /** Whose thread it is: numbers and names are those of processes. On paper each job is its own. */
  readonly process: number;
  readonly processName: string;
  /** In order of time; what lies between them is not known, or nothing. */
  readonly spans: readonly Span[];
  readonly marks: readonly Mark[];
}

export interface Timeline {
  /** The policy, as it was asked for. */
  readonly policy: string;
  readonly harts: number;
  readonly end: number;
  /** What an instant is a number of. */
  readonly unit: 'unit of time' | 'cycle';
  /** Units in a second; on paper, by convention, 1,000: so that other tools show a unit as a millisecond. */
  readonly hertz: number;
  readonly lanes: readonly Lane[];
  /** What a reader must know: limits that were reached, and the like. */
  readonly notes: readonly string[];
}

/** A lane runs on a hart. */
export interface Turn {
  readonly lane: Lane;
  readonly span: Span;
}

/** What each hart ran, by its number, in order of time. */
export function turnsByHart({ lanes, harts }: Timeline): readonly (readonly Turn[])[] {
  const turns: Turn[][] = Array.from({ length: harts }, () => []);
  for (const lane of lanes)
    for (const span of lane.spans) if (span.activity === 'running') turns[span.hart]?.push({ lane, span });
  for (const list of turns) list.sort((a, b) => a.span.from - b.span.from);
  return turns;
}

/** Time that a lane has spent on an activity. */
export function timeOf({ spans }: Lane, activity: Activity): number {
  return spans.reduce((sum, span) => (span.activity === activity ? sum + span.to - span.from : sum), 0);
}
