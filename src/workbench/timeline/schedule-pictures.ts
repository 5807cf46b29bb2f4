/** Pictures and pages of schedules on paper. */
import { escaped } from '../pages/markup.ts';
import type { RealTimeAnalysis } from '../schedule/analysis.ts';
import type { JobResult, ScheduleResult } from '../schedule/result.ts';
import { timelineSvg } from './document.ts';
import { timelineOfSchedule } from './from-schedule.ts';
import { addOverlaps, type Overlaps, type Stretch } from './overlaps.ts';
import { type Comparison, type Section, timelinePage } from './page.ts';
import { perfettoTrace } from './perfetto.ts';
import { figure, lengthText } from './scale.ts';
import { type MeasureRow, measureTable, whoRanTable } from './tables.ts';
import { type Timeline, timeOf } from './timeline.ts';

/** Jobs for which it is summed up who ran while each of them waited. */
const MOST_COMPARED = 400;
/** Decisions that a page explains at most. */
const MOST_DECISIONS = 400;

function rowOf(job: JobResult): MeasureRow {
  return {
    name: job.id,
    submission: job.arrival,
    running: job.finish === null ? null : job.burst,
    start: job.start,
    finish: job.finish,
    response: job.response,
    waiting: job.waiting,
    turnaround: job.turnaround,
    deadline: job.deadline,
    missed: job.missed,
  };
}

function whoRan(timeline: Timeline): string {
  if (timeline.lanes.length > MOST_COMPARED)
    return `<p class="quiet">Not summed up for more than ${MOST_COMPARED} jobs.</p>`;
  const stretches: Stretch[] = timeline.lanes.flatMap(({ id, spans }) =>
    spans
      .filter(({ activity }) => activity === 'running' || activity === 'ready')
      .map(({ activity, from, to }) => ({ party: id, isRunning: activity === 'running', from, to })),
  );
  const overlaps: Overlaps = new Map();
  addOverlaps(overlaps, stretches, 0, timeline.end);
  const waited = new Map(timeline.lanes.map((lane) => [lane.id, timeOf(lane, 'ready')]));
  return whoRanTable(timeline.lanes, overlaps, waited);
}

function analysisBody({ tasks, utilisation, bound, withinBound, ...verdicts }: RealTimeAnalysis): string {
  const rows = tasks.map(
    ({ task, computing, period, deadline, utilisation: share, response }) =>
      `<tr><th scope="row">${escaped(task)}</th><td>${figure(computing)}</td><td>${figure(period)}</td><td>${figure(deadline)}</td><td>${share.toFixed(3)}</td><td>${response === null ? '<span class="bad">✗ too late</span>' : figure(response)}</td></tr>`,
  );
  const said = (good: boolean, yes: string, no: string): string =>
    `<li class="${good ? 'good' : 'bad'}">${good ? '✓' : '✗'} ${good ? yes : no}</li>`;
  const { rateMonotonic, earliestDeadline, overload } = verdicts;
  const late =
    overload === null
      ? 'more work than time'
      : `by ${figure(overload.at)}, ${figure(overload.demand)} must be done`;
  return `<div class="scroll" tabindex="0" role="region" aria-label="what theory says"><table><thead><tr><th scope="col">task</th><th scope="col">computing</th><th scope="col">period</th><th scope="col">deadline</th><th scope="col">utilisation</th><th scope="col">response</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
<ul>${[
    said(
      withinBound,
      `utilisation ${utilisation.toFixed(3)} is within the bound of Liu and Layland, ${bound.toFixed(3)}`,
      `utilisation ${utilisation.toFixed(3)} is beyond the bound of Liu and Layland, ${bound.toFixed(3)}: that alone decides nothing`,
    ),
    said(
      rateMonotonic,
      'rate monotonic: every response ends in time',
      'rate monotonic: some response ends too late',
    ),
    said(
      earliestDeadline,
      'earliest deadline first: demand fits before every deadline',
      `earliest deadline first: ${late}`,
    ),
  ].join('')}</ul><p class="quiet">For one hart, without overhead and I/O.</p>`;
}

function whyBody({ why }: ScheduleResult): string {
  const lines = why.slice(0, MOST_DECISIONS).map(({ at, hart, job, slice, reason, dump }) => {
    const until = slice === null ? '' : ` for ${figure(slice)}`;
    return `${figure(at)}: hart ${hart} ${job === null ? 'idles' : `runs ${job}${until}`}: ${reason}\n    of ${dump.replaceAll('\n', '\n    ')}`;
  });
  const left = why.length - lines.length;
  return `<pre tabindex="0">${escaped(lines.join('\n'))}${left > 0 ? `\nand ${left} more` : ''}</pre>`;
}

function figuresOf(result: ScheduleResult): [string, string][] {
  const { averages, utilisation, throughput, switches, end, missed, jobs, overhead, jitter } = result;
  const hasDeadlines = jobs.some(({ deadline }) => deadline !== null);
  return [
    ['average response', figure(averages.response)],
    ['waiting', figure(averages.waiting)],
    ['turnaround', figure(averages.turnaround)],
    ['utilisation', `${(utilisation * 100).toFixed(1)}%`],
    ['throughput', throughput.toPrecision(3)],
    ['switches', figure(switches)],
    ['end', figure(end)],
    ...(hasDeadlines ? [['missed deadlines', figure(missed)] as [string, string]] : []),
    ...(overhead > 0 ? [['overhead', lengthText(overhead, 'cycle')] as [string, string]] : []),
    ...(jitter.length > 0
      ? [
          ['jitter', jitter.map(({ task, jitter: value }) => `${task} ${figure(value)}`).join(', ')] as [
            string,
            string,
          ],
        ]
      : []),
  ];
}

function sectionOf(result: ScheduleResult, timeline: Timeline): Section {
  const blocks = [
    {
      heading: 'Measures',
      body: measureTable(result.jobs.map(rowOf), 'job', `measures of each job under ${result.policy}`),
    },
    { heading: 'Who ran while this one waited', body: whoRan(timeline) },
    ...(result.analysis === null
      ? []
      : [{ heading: 'What theory says', body: analysisBody(result.analysis) }]),
    ...(result.why.length === 0
      ? []
      : [{ heading: 'Why: every decision with the policy’s account of itself', body: whyBody(result) }]),
  ];
  return { timeline, figures: figuresOf(result), blocks };
}

function comparisonsOf(results: readonly ScheduleResult[]): Comparison[] {
  const values = (of: (result: ScheduleResult) => number): (number | null)[] =>
    results.map((result) => (result.jobs.some(({ finish }) => finish !== null) ? of(result) : null));
  const hasDeadlines = results.some(({ jobs }) => jobs.some(({ deadline }) => deadline !== null));
  return [
    { heading: 'average response', values: values(({ averages }) => averages.response) },
    { heading: 'average waiting', values: values(({ averages }) => averages.waiting) },
    { heading: 'average turnaround', values: values(({ averages }) => averages.turnaround) },
    { heading: 'switches', values: values(({ switches }) => switches) },
    ...(hasDeadlines ? [{ heading: 'missed deadlines', values: values(({ missed }) => missed) }] : []),
  ];
}

function titleOf(results: readonly ScheduleResult[]): string {
  const [first] = results;
  if (first === undefined) return 'no schedule';
  const jobs = new Set(first.jobs.map(({ task }) => task)).size;
  const set = `${jobs === 1 ? '1 job' : `${jobs} jobs`} on ${first.harts === 1 ? '1 hart' : `${first.harts} harts`}`;
  return results.length === 1 ? `${set} under ${first.policy}` : `${set} under ${results.length} policies`;
}

/** Schedules as an SVG file, one under another. */
export function scheduleSvg(results: readonly ScheduleResult[]): string {
  const drawings = results.map((result) => ({
    timeline: timelineOfSchedule(result),
    figures: figuresOf(result)
      .map(([name, value]) => `${name} ${value}`)
      .join(' · '),
  }));
  return timelineSvg(drawings, titleOf(results));
}

/** Schedules as an HTML page. */
export function schedulePage(results: readonly ScheduleResult[]): string {
  return timelinePage({
    title: titleOf(results),
    introduction: '',
    sections: results.map((result) => sectionOf(result, timelineOfSchedule(result))),
    comparisons: comparisonsOf(results),
  });
}

/** Schedules as a trace for Perfetto, each on CPUs of its own. */
export function schedulePerfetto(results: readonly ScheduleResult[]): Uint8Array {
  return perfettoTrace(results.map(timelineOfSchedule));
}
