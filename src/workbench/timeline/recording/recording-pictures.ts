/** Pictures, pages and traces of recordings. */
import { escaped } from '../../pages/markup.ts';
import { timelineSvg } from '../document.ts';
import type { Overlaps } from '../overlaps.ts';
import { timelinePage } from '../page.ts';
import { perfettoTrace } from '../perfetto.ts';
import { figure } from '../scale.ts';
import { measureTable, whoRanTable } from '../tables.ts';
import { timeOf } from '../timeline.ts';
import { traceEvents } from '../trace-events.ts';
import type { ProcessMeasures, Recording } from './recording.ts';

function nameOf({ pid, name }: { readonly pid: number; readonly name: string }): string {
  return pid === 0 ? name : `${name} (${pid})`;
}

function figuresOf({ averages, timeline, processes }: Recording): [string, string][] {
  const busy = timeline.lanes.reduce((sum, lane) => sum + timeOf(lane, 'running'), 0);
  const done = processes.filter(({ finish }) => finish !== null).length;
  return [
    ['processes that ended', figure(done)],
    ['average response', figure(Math.round(averages.response))],
    ['waiting', figure(Math.round(averages.waiting))],
    ['turnaround', figure(Math.round(averages.turnaround))],
    ['harts busy with threads', `${((100 * busy) / Math.max(1, timeline.end * timeline.harts)).toFixed(1)}%`],
    ['end', `${figure(timeline.end)} cycles`],
  ];
}

function whoRan(processes: readonly ProcessMeasures[]): string {
  const parties = processes.map((process, index) => ({ id: index + 1, name: nameOf(process) }));
  const ids = new Map(parties.map(({ id, name }) => [name, id]));
  const overlaps: Overlaps = new Map(
    processes.map(({ whileWaiting }, index) => [
      index + 1,
      new Map(whileWaiting.map((other) => [ids.get(nameOf(other)) ?? 0, other.cycles])),
    ]),
  );
  const waited = new Map(processes.map(({ waiting }, index) => [index + 1, waiting]));
  return whoRanTable(parties, overlaps, waited);
}

const WAITED =
  '<p class="quiet">Cycles. A process with several threads waits with each of them; on several harts several others may run meanwhile. What is missing from all of the waiting was nobody’s: switches, interrupts, and the scheduler itself.</p>';

/** What all files about a recording say of it. @param title the command, and under what it ran. */
export function recordingPage(recording: Recording, title: string, setting: string): string {
  const rows = recording.processes.map((process) => ({ ...process, name: nameOf(process) }));
  return timelinePage({
    title,
    introduction: `<p class="quiet">${escaped(setting)}</p>`,
    comparisons: [],
    sections: [
      {
        timeline: recording.timeline,
        figures: figuresOf(recording),
        blocks: [
          { heading: 'Measures, in cycles', body: measureTable(rows, 'process', 'measures of each process') },
          { heading: 'Who ran while this one waited', body: whoRan(recording.processes) + WAITED },
        ],
      },
    ],
  });
}

export function recordingSvg(recording: Recording, title: string): string {
  const figures = figuresOf(recording)
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ');
  return timelineSvg([{ timeline: recording.timeline, figures }], title);
}

export function recordingPerfetto({ timeline }: Recording): Uint8Array {
  return perfettoTrace([timeline]);
}

export function recordingTraceEvents({ timeline }: Recording): string {
  return traceEvents(timeline);
}

/** Endings of files, and what such a file holds. */
export const TIMELINE_ENDINGS = ['.html', '.svg', '.perfetto-trace', '.pftrace', '.json'] as const;
export type TimelineEnding = (typeof TIMELINE_ENDINGS)[number];

/** How a file ends; undefined when it is none of these. */
export function timelineEnding(file: string): TimelineEnding | undefined {
  return TIMELINE_ENDINGS.find((ending) => file.toLowerCase().endsWith(ending));
}

/** The content of a timeline's file. */
export function recordingFile(
  recording: Recording,
  ending: TimelineEnding,
  title: string,
  setting: string,
): string | Uint8Array {
  if (ending === '.html') return recordingPage(recording, title, setting);
  if (ending === '.svg') return recordingSvg(recording, `${title}, ${setting}`);
  return ending === '.json' ? recordingTraceEvents(recording) : recordingPerfetto(recording);
}
