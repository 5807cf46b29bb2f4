/** A task with timing constraints beside others that compute: which policies keep them. */
import { profileNamed } from '../../machine/profiles/index.ts';
import { constraintsFromData } from '../schedule/constraints.ts';
import type { Demonstration, Findings } from './demonstration.ts';

const POLICIES = ['fcfs', 'rr', 'rr:quantum=60000', 'eevdf', 'priority:preemptive=yes', 'cooperative:upto=1'];
/** Cycles from one sample to the next, and what the constraints allow. */
const PERIOD = 400_000;
const LATEST = 480_000;
const LONGEST_DELAY = 220_000;
const HINTS = ['temperature:priority=1,nice=-5', 'others:priority=2'];

export const temperatureAlert: Demonstration = {
  name: 'temperature-alert',
  structure: 'monolithic',
  tagline:
    'samples per second, from sample to alert, no interruption while sending: who keeps the constraints',
  lookAt: [
    'The task has a sample to take every 400,000 cycles and 20 in all; two others only compute.',
    'Every violation has an instant and a culprit: whoever had the processor then.',
    'Fixed priorities keep all three constraints, and so does a cooperative task above preemptible ones.',
  ],
  async run(laboratory, { profile, seed }): Promise<Findings> {
    const { hertz } = profileNamed(profile);
    const thread = 'temperature';
    const constraints = constraintsFromData([
      { thread, event: 'sample', perSecond: hertz / LATEST },
      { thread, from: 'sample', to: 'alert', within: LONGEST_DELAY },
      { thread, begin: 'send', end: 'sent' },
    ]);
    const happened: string[] = [];
    const rows: (readonly (string | number)[])[] = [];
    for (const scheduler of POLICIES) {
      const { violations, death } = await laboratory.run({
        structure: 'monolithic',
        command: ['/demos/temperature-alert', String(Math.round((PERIOD / hertz) * 1e6))],
        profile,
        seed,
        scheduler,
        hints: HINTS,
        constraints,
      });
      const counts = constraints.map(
        (_, index) => violations.filter((one) => one.constraint === index).length,
      );
      rows.push([scheduler, ...counts, death ?? 'it came to its end']);
      const [first] = violations;
      if (first !== undefined)
        happened.push(
          `${scheduler}: ${first.text}: violated at cycle ${first.at}, running: ${first.running}`,
        );
    }
    const total = (policy: string) =>
      (rows.find(([name]) => name === policy) ?? [])
        .slice(1, 4)
        .reduce<number>((sum, count) => sum + Number(count), 0);
    return {
      happened,
      tables: [
        {
          title: 'violations',
          columns: ['policy', 'samples', 'sample to alert', 'while sending', 'the end'],
          rows,
        },
      ],
      claims: [
        {
          text: 'fcfs and rr violate some of them',
          holds: total('fcfs') > 0 && total('rr') > 0,
        },
        {
          text: 'a short quantum interrupts while it sends',
          holds: Number((rows.find(([name]) => name === 'rr:quantum=60000') ?? [])[3]) > 0,
        },
        {
          text: 'priorities, and a cooperative task above preemptible ones, violate none',
          holds: total('priority:preemptive=yes') === 0 && total('cooperative:upto=1') === 0,
        },
      ],
    };
  },
};
