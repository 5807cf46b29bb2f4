/** The textbooks' cases by real programs: the same schedule, and a difference that is what the system itself took. */
import { profileNamed } from '../../machine/profiles/index.ts';
import { policyNamed } from '../../schedulers/index.ts';
import { type JobPlan, jobsOf, type ScheduleResult, schedule } from '../schedule/index.ts';
import type { Demonstration, DemonstrationSetting, Findings } from './demonstration.ts';
import { JobRecorder } from './job-recorder.ts';
import type { Laboratory } from './laboratory.ts';

const UNIT = 100_000;
/** Jobs, the policy on paper, and the same for real programs. */
const CASES: readonly (readonly [string, string, string?])[] = [
  ['0:24,0:3,0:3', 'fcfs'],
  ['0:3,0:3,0:24', 'fcfs'],
  ['0:24,0:3,0:3', 'rr:quantum=4', `rr:quantum=${4 * UNIT}`],
  ['0:6,0:8,0:7,0:3', 'sjf'],
  ['0:8,1:4,2:9,3:5', 'srtf'],
  ['0:10:priority=3,0:1:priority=1,0:2:priority=4,0:1:priority=5,0:5:priority=2', 'priority'],
  ['0:100,0:10,0:10', 'fcfs'],
  ['0:100,0:10,0:10', 'sjf'],
  ['0:100,10:10,10:10', 'sjf'],
  ['0:100,10:10,10:10', 'srtf'],
];

interface Measured {
  readonly jobs: string;
  readonly policy: string;
  readonly job: string;
  /** Units of waiting, on paper and by the program, and its turnaround less what it is on paper, in cycles. */
  readonly paper: number;
  readonly waited: number;
  readonly difference: number;
  /** Cycles since the first arrival that were no job's burst, and what jobs computed more (+) or less (-) than on paper. */
  readonly system: number;
  readonly moved: number;
}

/** What all jobs have computed on paper before an instant. */
function onPaperBefore({ gantt }: ScheduleResult, instant: number): number {
  return gantt.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, instant) - from), 0);
}

function hintsFor(plans: readonly JobPlan[]): string[] {
  const hints = plans.map(
    ({ name, priority, bursts }) => `${name}:burst=${(bursts[0] as number) * UNIT},priority=${priority}`,
  );
  // Whoever starts them is done with that before the first arrives.
  return [...hints, 'jobs:burst=1,priority=0'];
}

async function measure(
  laboratory: Laboratory,
  { profile, seed }: DemonstrationSetting,
  [jobs, policy, scheduler = policy]: (typeof CASES)[number],
): Promise<Measured[]> {
  const plans = jobsOf(jobs);
  const paper = schedule(plans, { policy: policyNamed(policy) });
  const recorder = new JobRecorder();
  const arguments_ = plans.map(({ arrival, bursts }) => `${arrival}:${bursts[0]}`);
  const command = ['/demos/jobs', String(UNIT), String(profileNamed(profile).hertz), ...arguments_];
  const hints = hintsFor(plans);
  await laboratory.run({
    structure: 'monolithic',
    command,
    profile,
    seed,
    scheduler,
    hints,
    witness: recorder,
  });
  const begin = recorder.arrival('P1');
  return paper.jobs.map(({ id, arrival, burst, waiting, turnaround, finish }) => {
    const end = recorder.finish(id);
    const took = end - recorder.arrival(id);
    const ofJobs = plans.reduce((sum, { name }) => sum + recorder.computed(name, end), 0);
    const late = recorder.arrival(id) - begin - arrival * UNIT;
    return {
      jobs,
      policy,
      job: id,
      paper: waiting as number,
      waited: took / UNIT - burst,
      difference: took - (turnaround as number) * UNIT + late,
      system: end - begin - ofJobs,
      moved: ofJobs - onPaperBefore(paper, finish as number) * UNIT,
    };
  });
}

export const textbook: Demonstration = {
  name: 'textbook',
  structure: 'monolithic',
  tagline: 'the textbooks’ jobs as real programs: the same waits, but for the cycles that the system takes',
  lookAt: [
    `Each job is a process that computes its burst, in units of ${UNIT / 1000} thousand cycles; one instruction is one cycle.`,
    'Its turnaround is longer than on paper by what was charged since the first arrival and was no job’s burst,',
    'and by what the jobs computed at other times: a few instructions beside the bursts, and slices with the system’s cycles in them.',
  ],
  async run(laboratory, setting): Promise<Findings> {
    const all: Measured[] = [];
    for (const one of CASES) all.push(...(await measure(laboratory, setting, one)));
    return {
      happened: [],
      tables: [
        {
          title: 'waits in units, and differences in cycles',
          columns: ['policy', 'jobs', 'job', 'paper', 'waited', 'difference', 'the system’s', 'moved'],
          rows: all.map(({ jobs, policy, job, paper, waited, difference, system, moved }) => [
            policy,
            jobs.replaceAll(/:priority=\d+/g, ''),
            job,
            paper,
            waited,
            difference,
            system,
            moved,
          ]),
        },
      ],
      claims: [
        {
          text: 'every job waits as long as on paper, to the unit',
          holds: all.every(({ paper, waited }) => Math.round(waited) === paper),
        },
        {
          text: 'the difference is exactly the cycles that are not theirs, and what jobs computed at other times',
          holds: all.every(({ difference, system, moved }) => difference === system + moved),
        },
        {
          text: 'nothing moves by more than the system’s own cycles',
          holds: all.every(({ system, moved }) => Math.abs(moved) <= system),
        },
      ],
    };
  },
};
