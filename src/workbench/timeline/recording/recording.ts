/** What came of a recording: the timeline, the measures of each process, and who ran while it waited. Times are cycles. */
import type { System } from '../../system.ts';
import type { Lane, Span, Timeline } from '../timeline.ts';
import type { Party } from './parties.ts';
import type { ScheduleRecorder } from './recorder.ts';

/** A process, or a domain whose threads work for others (then `pid` is 0, and it was always there). */
export interface ProcessMeasures {
  readonly pid: number;
  readonly name: string;
  /** When it was made, when one of its threads first ran, and when the last one ended; null when that did not happen. */
  readonly submission: number;
  readonly start: number | null;
  readonly finish: number | null;
  readonly response: number | null;
  readonly turnaround: number | null;
  /** Sums over its threads: ready without a hart; on a hart; blocked. And as a zombie. */
  readonly waiting: number;
  readonly running: number;
  readonly blocked: number;
  readonly zombie: number;
  /** Who ran while it waited, on any hart, longest first. */
  readonly whileWaiting: readonly { readonly pid: number; readonly name: string; readonly cycles: number }[];
}

export interface Recording {
  readonly policy: string;
  readonly processes: readonly ProcessMeasures[];
  /** Means over the processes that have ended. */
  readonly averages: { readonly response: number; readonly waiting: number; readonly turnaround: number };
  readonly timeline: Timeline;
}

function measuresOf(party: Party, recorder: ScheduleRecorder): ProcessMeasures {
  const { pid, name, submission, start, finish, spent } = party;
  const others = new Map(recorder.parties.all.map((other) => [other.id, other]));
  const ran = [...(recorder.parties.overlaps.get(party.id) ?? [])].sort(([, a], [, b]) => b - a);
  return {
    ...{ pid, name, submission, start, finish },
    response: start === null ? null : start - submission,
    turnaround: finish === null ? null : finish - submission,
    waiting: spent.ready,
    running: spent.running,
    blocked: spent.blocked,
    zombie: spent.zombie,
    whileWaiting: ran.map(([id, cycles]) => {
      const other = others.get(id);
      return { pid: other?.pid ?? 0, name: other?.name ?? '', cycles };
    }),
  };
}

function mean(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Spans up to an instant. */
function cut(spans: readonly Span[], end: number): readonly Span[] {
  const kept = spans.filter(({ from }) => from < end);
  const last = kept.at(-1);
  if (last !== undefined && last.to > end) kept[kept.length - 1] = { ...last, to: end };
  return kept;
}

function notesOf(recorder: ScheduleRecorder, end: number): string[] {
  const { keptUntil, lanesLeftOut, parties } = recorder;
  const count = (value: number): string => value.toLocaleString('en-US');
  return [
    ...(keptUntil < end
      ? [
          `the picture ends at cycle ${count(keptUntil)} of ${count(end)}, where the recording was full; measures are of the whole run`,
        ]
      : []),
    ...(lanesLeftOut > 0
      ? [`${count(lanesLeftOut)} threads came when there were too many rows, and have none`]
      : []),
    ...(parties.late > 0
      ? [
          `${count(parties.late)} processes came too late to be kept apart: they are summed up as later processes`,
        ]
      : []),
  ];
}

/** Processes first, then the structure's own; each in order of time. */
function ordered(lanes: readonly Lane[], recorder: ScheduleRecorder): readonly Lane[] {
  const isProcess = new Set(recorder.parties.all.filter(({ pid }) => pid !== 0).map(({ pid }) => pid));
  const worked = lanes.filter(({ spans }) => spans.length > 0);
  return [
    ...worked.filter(({ process }) => isProcess.has(process)),
    ...worked.filter(({ process }) => !isProcess.has(process)),
  ];
}

function timelineOf(system: System, recorder: ScheduleRecorder, end: number): Timeline {
  const shown = Math.min(end, recorder.keptUntil);
  const lanes = recorder.lanes.map(
    ({ id, name, process, processName, spans, marks }): Lane => ({
      ...{ id, name, process, processName, marks },
      spans: shown < end ? cut(spans, shown) : spans,
    }),
  );
  return {
    policy: system.parts.scheduler ?? 'rr',
    harts: system.harts.count,
    end: shown,
    unit: 'cycle',
    hertz: system.kernel.hertz,
    lanes: ordered(lanes, recorder),
    notes: notesOf(recorder, end),
  };
}

/** Ends a recording and gives what came of it. The system's run is over. */
export function recordingOf(system: System, recorder: ScheduleRecorder): Recording {
  const end = system.executive.elapsed();
  recorder.finish(system.kernel, end);
  const all = recorder.parties.all.filter(({ spent }) => spent.running + spent.ready > 0);
  const processes = [...all.filter(({ pid }) => pid !== 0), ...all.filter(({ pid }) => pid === 0)].map(
    (party) => measuresOf(party, recorder),
  );
  const done = processes.filter(({ finish }) => finish !== null);
  return {
    policy: system.parts.scheduler ?? 'rr',
    processes,
    averages: {
      response: mean(done.map(({ response }) => response)),
      waiting: mean(done.map(({ waiting }) => waiting)),
      turnaround: mean(done.map(({ turnaround }) => turnaround)),
    },
    timeline: timelineOf(system, recorder, end),
  };
}
