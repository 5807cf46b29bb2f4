/** The timeline of a schedule on paper: a lane for each job, whose releases follow each other in it. */
import type { GanttSegment, JobResult, ScheduleResult } from '../schedule/result.ts';
import type { Activity, Lane, Mark, Span, Timeline } from './timeline.ts';

/** On paper a unit of time is shown as a millisecond where an instant must be one of a clock. */
const PAPER_HERTZ = 1000;

interface Busy {
  readonly activity: Activity;
  readonly from: number;
  readonly to: number;
  readonly hart: number;
}

/** What a job does between its beginning and its end: it runs, is blocked, and else is ready. */
function spansOf(job: JobResult, turns: readonly GanttSegment[], begin: number, end: number): Span[] {
  const busy: Busy[] = [
    ...turns.map(({ hart, from, to }) => ({ activity: 'running' as const, from, to, hart })),
    ...job.blocked.map(([from, to]) => ({ activity: 'blocked' as const, from, to, hart: -1 })),
  ].sort((a, b) => a.from - b.from);
  const spans: Span[] = [];
  let at = begin;
  const wait = (until: number): void => {
    if (until > at) spans.push({ activity: 'ready', from: at, to: until, hart: -1, detail: '' });
  };
  for (const { activity, from, to, hart } of busy) {
    wait(from);
    const detail = activity === 'blocked' ? 'I/O' : job.id === job.task ? '' : job.id;
    spans.push({ activity, from, to, hart, detail });
    at = to;
  }
  wait(end);
  return spans;
}

function marksOf({ id, arrival, deadline, missed, finish }: JobResult): Mark[] {
  const marks: Mark[] = [{ kind: 'release', at: arrival, detail: id }];
  if (deadline === null) return marks;
  const kind = missed ? 'missed' : 'deadline';
  const late = finish === null ? 'it is never done' : `it is done at ${finish}`;
  marks.push({ kind, at: deadline, detail: missed ? `${id}: ${late}` : id });
  return marks;
}

export function timelineOfSchedule(result: ScheduleResult): Timeline {
  const turns = grouped(result.gantt);
  const lanes = new Map<string, { spans: Span[]; marks: Mark[]; at: number }>();
  for (const job of result.jobs) {
    const lane = lanes.get(job.task) ?? { spans: [], marks: [], at: 0 };
    lanes.set(job.task, lane);
    // A release that is overdue begins when the one before it has ended.
    const begin = Math.max(lane.at, job.arrival);
    lane.at = job.finish ?? result.end;
    lane.spans.push(...spansOf(job, turns.get(job.id) ?? [], begin, lane.at));
    lane.marks.push(...marksOf(job));
  }
  return {
    policy: result.policy,
    harts: result.harts,
    end: result.end,
    unit: result.overhead > 0 ? 'cycle' : 'unit of time',
    hertz: PAPER_HERTZ,
    lanes: [...lanes].map(
      ([name, { spans, marks }], index): Lane => ({
        id: index + 1,
        name,
        process: index + 1,
        processName: name,
        spans,
        marks,
      }),
    ),
    notes: notesOf(result),
  };
}

function notesOf({ refused, starved }: ScheduleResult): string[] {
  return [
    ...refused.map(({ job, reason }) => `${job} was not admitted: ${reason}`),
    ...(starved === null ? [] : [`starvation: ${starved}`]),
  ];
}

/** Turns by the job that has them. */
function grouped(gantt: readonly GanttSegment[]): Map<string, GanttSegment[]> {
  const turns = new Map<string, GanttSegment[]>();
  for (const segment of gantt) {
    const list = turns.get(segment.job);
    if (list === undefined) turns.set(segment.job, [segment]);
    else list.push(segment);
  }
  return turns;
}
