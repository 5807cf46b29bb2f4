/** A process that computes for ever: under cooperative scheduling nobody else ever runs again. */
import type { Demonstration, Findings } from './demonstration.ts';
import type { Outcome } from './laboratory.ts';

const POLICIES = ['rr', 'cooperative', 'fcfs', 'priority:preemptive=yes', 'cooperative:upto=1'];
const HINTS = ['others:priority=1', 'filibuster:priority=2'];
/** Enough for the others to be done several times over. */
const PATIENCE = 6_000_000;

function steps({ output }: Outcome): number {
  return output.split('\n').filter((line) => line.startsWith('the others')).length;
}

export const filibuster: Demonstration = {
  name: 'filibuster',
  structure: 'monolithic',
  tagline: 'while (1): who never gives the processor up halts everybody, or nobody',
  lookAt: [
    'Under rr the others do their three steps, while the filibuster computes whenever it is its turn.',
    'Under cooperative and fcfs it speaks for ever: the machine is stopped after some millions of instructions.',
    'cooperative:upto=1 is both at once: the others are cooperative at the top, the filibuster preemptible beneath.',
  ],
  async run(laboratory, { profile, seed }): Promise<Findings> {
    const rows: [string, number, string][] = [];
    for (const scheduler of POLICIES) {
      const outcome = await laboratory.run({
        structure: 'monolithic',
        command: ['/demos/filibuster'],
        profile,
        seed,
        scheduler,
        hints: HINTS,
        mostInstructions: PATIENCE,
      });
      rows.push([scheduler, steps(outcome), outcome.death ?? `status ${outcome.status}`]);
    }
    const done = new Map(rows.map(([scheduler, count]) => [scheduler, count]));
    return {
      happened: [],
      tables: [{ title: 'what the others did', columns: ['policy', 'steps', 'the end'], rows }],
      claims: [
        {
          text: 'without preemption it halts all others',
          holds: done.get('cooperative') === 0 && done.get('fcfs') === 0,
        },
        {
          text: 'with preemption it halts nobody, also where only it is preemptible',
          holds: ['rr', 'priority:preemptive=yes', 'cooperative:upto=1'].every(
            (name) => done.get(name) === 3,
          ),
        },
      ],
    };
  },
};
