/** What is known of policies on paper: convoys, starvation, quanta and promises that cannot be kept. */
import { profileNamed } from '../../machine/profiles/index.ts';
import { policyNamed } from '../../schedulers/index.ts';
import { jobsOf, type ScheduleResult, schedule } from '../schedule/index.ts';
import type { Demonstration, Findings } from './demonstration.ts';

const STRUCTURE = 'on paper';

function onPaper(jobs: string, policy: string, until?: number): ScheduleResult {
  return schedule(jobsOf(jobs), { policy: policyNamed(policy), ...(until === undefined ? {} : { until }) });
}

const hundredth = (value: number): number => Math.round(value * 100) / 100;

/** A long job, and short ones that use a device after each little computing. */
const CONVOY = ['0:60:name=long', ...[1, 2, 3].map((n) => `${n}:2+5+2+5+2:name=short${n}`)].join(',');

export const convoy: Demonstration = {
  name: 'convoy',
  structure: STRUCTURE,
  tagline: 'short jobs behind a long one: first come first served, and what breaks the convoy',
  lookAt: [
    'Under fcfs the three short jobs stand behind the long one, and their devices are idle meanwhile.',
    'rr and srtf let them pass: mean turnaround falls, and the long job pays little for it.',
    'The throughput hardly changes: the work is the same, only who waits for whom.',
  ],
  async run(): Promise<Findings> {
    const rows = ['fcfs', 'rr:quantum=2', 'srtf'].map((policy) => {
      const { averages, jobs, throughput } = onPaper(CONVOY, policy);
      const long = jobs.find(({ id }) => id === 'long')?.turnaround ?? Number.NaN;
      return [policy, hundredth(averages.waiting), hundredth(averages.turnaround), long, throughput] as const;
    });
    const [fcfs, ...others] = rows;
    return {
      happened: [],
      tables: [
        {
          title: 'mean waiting and turnaround, the long job’s turnaround, jobs in a unit of time',
          columns: ['policy', 'waiting', 'turnaround', 'long', 'throughput'],
          rows,
        },
      ],
      claims: [
        {
          text: 'without the convoy the mean wait is less than half',
          holds: others.every(([, waiting]) => waiting * 2 < (fcfs?.[1] ?? 0)),
        },
      ],
    };
  },
};

/** A stream of better jobs that uses up the processor, and one that is worse. */
const STREAM = [
  '0:5:name=poor:priority=9',
  ...Array.from({ length: 60 }, (_, index) => `${index * 4}:4:name=rich${index}:priority=1`),
].join(',');

export const starvation: Demonstration = {
  name: 'starvation',
  structure: STRUCTURE,
  tagline: 'a job of low priority behind an endless stream of better ones, and its cure by aging',
  lookAt: [
    'Better jobs come as fast as they are done: the poor one starts only when the stream ends.',
    'With aging it gains one priority for every 2 units that it waits, and starts after some.',
    'The price: one of the others waits a little longer.',
  ],
  async run(): Promise<Findings> {
    const rows = ['priority:preemptive=yes', 'priority:preemptive=yes,aging=2'].map((policy) => {
      const { jobs } = onPaper(STREAM, policy);
      const waits = jobs.filter(({ id }) => id !== 'poor').map(({ waiting }) => waiting ?? Number.NaN);
      return [
        policy,
        jobs.find(({ id }) => id === 'poor')?.finish ?? Number.NaN,
        Math.max(...waits),
      ] as const;
    });
    return {
      happened: [],
      tables: [
        {
          title: 'when the poor job is done',
          columns: ['policy', 'finish', 'longest wait of the others'],
          rows,
        },
      ],
      claims: [
        { text: 'without aging it is done last', holds: rows[0]?.[1] === 245 },
        {
          text: 'with aging it is done in less than a third of that',
          holds: (rows[1]?.[1] ?? 245) < 245 / 3,
        },
      ],
    };
  },
};

const QUANTA = [1, 2, 4, 8, 16, 32, 64];
const MIXED = '0:40,0:3,0:17,0:29,0:8,0:55,0:2,0:21,0:13,0:34';
/** Cycles in a unit of time: short enough for switches to be felt. */
const UNIT = 2000;

function bar(share: number, width = 40): string {
  return '#'.repeat(Math.max(1, Math.round(share * width)));
}

export const quantumCurve: Demonstration = {
  name: 'quantum',
  structure: STRUCTURE,
  tagline: 'round robin’s quantum against response and overhead, as a curve',
  lookAt: [
    'Response grows with the quantum: the last in the queue waits for whole turns of all others.',
    'Overhead grows as the quantum shrinks: every turn pays for a pass of the scheduler and a switch.',
    'Between them lies the choice, and with a quantum longer than any burst rr is fcfs.',
  ],
  async run(_laboratory, { profile }): Promise<Findings> {
    const results = QUANTA.map((quantum) => ({
      quantum,
      result: schedule(jobsOf(MIXED), {
        policy: policyNamed(`rr:quantum=${quantum}`),
        overhead: profileNamed(profile),
        unit: UNIT,
      }),
    }));
    const responses = results.map(({ result }) => result.averages.response / UNIT);
    const shares = results.map(({ result }) => result.overhead / result.end);
    const [longest, dearest] = [Math.max(...responses), Math.max(...shares)];
    const rows = results.map(({ quantum, result }, index) => {
      const [response = 0, share = 0] = [responses[index], shares[index]];
      return [
        quantum,
        hundredth(response),
        bar(response / longest),
        result.switches,
        hundredth(100 * share),
        bar(share / dearest),
      ];
    });
    const falls = (list: readonly number[]) =>
      list.every((value, at) => at === 0 || value <= (list[at - 1] ?? 0));
    return {
      happened: [],
      tables: [
        {
          title: `ten jobs, a unit of ${UNIT} cycles on ${profile}`,
          columns: ['quantum', 'response', '', 'switches', 'overhead in %', ''],
          rows,
        },
      ],
      claims: [
        { text: 'response grows with the quantum', holds: falls([...responses].reverse()) },
        { text: 'overhead falls with it', holds: falls(shares) },
      ],
    };
  },
};

/** Three periodic tasks that ask for 1.1 of the processor together. */
const PROMISES = '0:6:period=10:name=A,0:5:period=20:name=B,0:10:period=40:name=C';

export const overcommitment: Demonstration = {
  name: 'overcommitment',
  structure: STRUCTURE,
  tagline: 'deadline tasks that are promised more than there is: one starves, or one is not admitted',
  lookAt: [
    'A, B and C ask for 0.6, 0.25 and 0.25 of the processor: 1.1 together.',
    'Without admission edf misses ever more deadlines, and whose they are is an accident; rm lets C starve.',
    'With admission C is refused beforehand, and the others keep every deadline.',
  ],
  async run(): Promise<Findings> {
    const rows = ['rm', 'edf:admission=no', 'edf'].map((policy) => {
      const { jobs, refused } = onPaper(PROMISES, policy, 400);
      const missed = (task: string) => jobs.filter((job) => job.task === task && job.missed).length;
      const latest = Math.max(
        ...jobs.map(({ finish, deadline }) => (finish ?? Infinity) - (deadline ?? 0)),
        0,
      );
      return [
        policy,
        missed('A'),
        missed('B'),
        missed('C'),
        latest,
        refused.map(({ job, reason }) => `${job}: ${reason}`).join('; ') || 'nobody',
      ] as const;
    });
    const [rm, edf, admitted] = rows;
    return {
      happened: [],
      tables: [
        {
          title: 'deadlines missed before 400, and how late the latest is done',
          columns: ['policy', 'A', 'B', 'C', 'late by', 'refused'],
          rows,
        },
      ],
      claims: [
        { text: 'rm lets C starve and nobody else miss', holds: rm?.[1] === 0 && (rm?.[3] ?? 0) > 5 },
        {
          text: 'edf without admission has several miss',
          holds: [edf?.[1], edf?.[2], edf?.[3]].filter((count) => (count ?? 0) > 0).length > 1,
        },
        {
          text: 'with admission C is refused and nobody misses',
          holds: (admitted?.[5].startsWith('C: ') ?? false) && admitted?.[4] === 0,
        },
      ],
    };
  },
};
