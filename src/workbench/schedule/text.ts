/** Results of schedules as text: tables for people, JSON and CSV for programs. */
import { columns, table } from '../inspect/table.ts';
import type { RealTimeAnalysis } from './analysis.ts';
import type { JobResult, ScheduleResult } from './result.ts';

/** Up to two decimals, none when it is whole. */
function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

function orDash(value: number | null): string {
  return value === null ? '-' : figure(value);
}

const RIGHT = 'right' as const;

function jobRows(jobs: readonly JobResult[], withMisses: boolean): string[] {
  const heading = ['job', 'submission', 'burst', 'start', 'finish', 'response', 'waiting', 'turnaround'];
  const rows = jobs.map((job) => [
    job.id,
    figure(job.arrival),
    figure(job.burst),
    ...[job.start, job.finish, job.response, job.waiting, job.turnaround].map(orDash),
    ...(withMisses ? [orDash(job.deadline), job.missed ? 'missed' : ''] : []),
  ]);
  if (withMisses) heading.push('deadline', '');
  return table(heading, rows, ['left', RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT]);
}

function averageLine({
  averages,
  end,
  switches,
  utilisation,
  throughput,
  decisions,
}: ScheduleResult): string[] {
  const { response, waiting, turnaround } = averages;
  return [
    `average response ${figure(response)}, waiting ${figure(waiting)}, turnaround ${figure(turnaround)}`,
    `end ${figure(end)}, utilisation ${(utilisation * 100).toFixed(1)}%, throughput ${throughput.toPrecision(3)} jobs per unit of time, ${switches} switches, ${decisions} decisions`,
  ];
}

function analysisLines(analysis: RealTimeAnalysis): string[] {
  const { tasks, utilisation, bound, withinBound, rateMonotonic, earliestDeadline, overload } = analysis;
  const rows = tasks.map((task) => [
    task.task,
    figure(task.computing),
    figure(task.period),
    figure(task.deadline),
    task.utilisation.toFixed(3),
    task.response === null ? 'too late' : figure(task.response),
  ]);
  const rate = rateMonotonic ? 'every response ends in time' : 'some response ends too late';
  return [
    '',
    'what theory says (one hart, no overhead)',
    ...table(['task', 'computing', 'period', 'deadline', 'utilisation', 'response'], rows, [
      'left',
      RIGHT,
      RIGHT,
      RIGHT,
      RIGHT,
      RIGHT,
    ]),
    `utilisation ${utilisation.toFixed(3)}, ${withinBound ? 'within' : 'not within'} the bound of Liu and Layland ${bound.toFixed(3)}`,
    `rate monotonic: ${rate}`,
    `earliest deadline first: ${earliestDeadline ? 'demand fits before every deadline' : overload === null ? 'more work than time' : `by ${overload.at}, ${overload.demand} must be done`}`,
  ];
}

function whyLines({ why }: ScheduleResult): string[] {
  if (why.length === 0) return [];
  const lines = why.map(({ at, hart, job, slice, reason, dump }) => {
    const until = slice === null ? '' : ` for ${slice}`;
    return `${at}: hart ${hart} ${job === null ? 'idles' : `runs ${job}${until}`}: ${reason}\n    of ${dump.replaceAll('\n', '\n    ')}`;
  });
  return ['', 'why', ...lines];
}

/** Tables and lines; the chart's lines come between the jobs and the averages. */
export function resultText(result: ScheduleResult, chart: readonly string[]): string {
  const { jobs, harts, policy, overhead, refused, jitter, starved, missed, analysis } = result;
  const deadlines = jobs.some(({ deadline }) => deadline !== null);
  const lines = [
    `${policy} on ${harts} hart${harts === 1 ? '' : 's'}`,
    '',
    ...jobRows(jobs, deadlines),
    '',
    ...chart,
    '',
    ...averageLine(result),
    ...(overhead > 0 ? [`overhead ${figure(overhead)} cycles in hooks and switches`] : []),
    ...(deadlines ? [`${missed} deadline${missed === 1 ? '' : 's'} missed`] : []),
    ...(jitter.length > 0
      ? [`jitter ${jitter.map(({ task, jitter: value }) => `${task} ${value}`).join(', ')}`]
      : []),
    ...refused.map(({ job, reason }) => `${job} was not admitted: ${reason}`),
    ...(starved === null ? [] : [`starvation: ${starved}`]),
    ...(analysis === null ? [] : analysisLines(analysis)),
    ...whyLines(result),
  ];
  return `${lines.join('\n')}\n`;
}

/** Several policies side by side. */
export function comparisonText(results: readonly ScheduleResult[]): string {
  const rows = results.map((result) => [
    result.policy,
    figure(result.averages.response),
    figure(result.averages.waiting),
    figure(result.averages.turnaround),
    String(result.switches),
    `${(result.utilisation * 100).toFixed(1)}%`,
    result.throughput.toPrecision(3),
    String(result.missed),
    result.starved !== null || result.refused.length > 0
      ? `${result.refused.length} refused, ${result.jobs.filter(({ finish }) => finish === null).length} never done`
      : '',
  ]);
  const heading = [
    'policy',
    'response',
    'waiting',
    'turnaround',
    'switches',
    'utilisation',
    'throughput',
    'missed',
    '',
  ];
  const sides = ['left', RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT] as const;
  return `${columns([heading, ...rows], sides).join('\n')}\n`;
}

/** What `--json` prints: the measures, and what was asked for or happened besides. */
export function resultJson(result: ScheduleResult): object {
  const { policy, averages, gantt, switches, utilisation, throughput, missed } = result;
  const { overhead, refused, starved, analysis, jitter, why } = result;
  return {
    policy,
    jobs: result.jobs.map((job) => ({
      id: job.id,
      arrival: job.arrival,
      burst: job.burst,
      start: job.start,
      finish: job.finish,
      response: job.response,
      waiting: job.waiting,
      turnaround: job.turnaround,
      missed: job.missed,
    })),
    averages,
    gantt: gantt.map(({ hart, job, from, to }) => ({ hart, job, from, to })),
    switches,
    utilisation,
    throughput,
    missed,
    ...(overhead > 0 ? { overhead } : {}),
    ...(refused.length > 0 ? { refused } : {}),
    ...(starved === null ? {} : { starved }),
    ...(analysis === null ? {} : { analysis, jitter }),
    ...(why.length > 0 ? { why } : {}),
  };
}

function csvField(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line for each job of each result (RFC 4180). */
export function csvText(results: readonly ScheduleResult[]): string {
  const heading = 'policy,id,arrival,burst,start,finish,response,waiting,turnaround,missed';
  const rows = results.flatMap(({ policy, jobs }) =>
    jobs.map((job) =>
      [
        csvField(policy),
        csvField(job.id),
        ...[job.arrival, job.burst, job.start, job.finish, job.response, job.waiting, job.turnaround].map(
          (value) => value ?? '',
        ),
        job.missed,
      ].join(','),
    ),
  );
  return `${[heading, ...rows].join('\r\n')}\r\n`;
}
