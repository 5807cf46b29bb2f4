/** Two threads look into the refrigerator and buy milk: the race, and every remedy. */
import type { Demonstration, Findings } from './demonstration.ts';

const WAYS = [
  ['race', 'look, then buy'],
  ['stores', 'Peterson’s algorithm: loads and stores alone'],
  ['atomic', 'a swap instruction'],
  ['lock', 'a mutex on a futex'],
  ['kernel', 'a service that nothing interrupts: a file can be made once'],
] as const;
/** Harts, and a quantum short enough for the race on one. */
const MACHINES = [
  { harts: 1, scheduler: 'rr:quantum=1700', rounds: 25, length: 100 },
  { harts: 2, scheduler: 'rr', rounds: 6, length: 4000 },
] as const;

function figures(output: string): { tooMuch: number; none: number } {
  const [, tooMuch = 'NaN', none = 'NaN'] =
    /too much milk in (\d+) of \d+ rounds, none in (\d+)/.exec(output) ?? [];
  return { tooMuch: Number(tooMuch), none: Number(none) };
}

export const tooMuchMilk: Demonstration = {
  name: 'too-much-milk',
  structure: 'monolithic',
  tagline: 'two threads that look, then buy: the race, and four remedies',
  lookAt: [
    'In a race both may find no milk before either comes home: on one hart by preemption, on two at any time.',
    'Loads and stores suffice (Peterson), atomic instructions and locks are shorter, and wait less.',
    'A step of a kernel service is never interrupted: the kernel’s own way of masking interrupts.',
  ],
  async run(laboratory, { profile, seed }): Promise<Findings> {
    const rows: (readonly [string, number, number, number, number, string])[] = [];
    for (const { harts, scheduler, rounds, length } of MACHINES)
      for (const [way, what] of WAYS) {
        const command = ['/demos/milk', way, String(rounds), String(length)];
        const setting = { structure: 'monolithic', command, profile, seed, harts, scheduler };
        const { tooMuch, none } = figures((await laboratory.run(setting)).output);
        rows.push([way, harts, rounds, tooMuch, none, what]);
      }
    return {
      happened: [],
      tables: [
        {
          title: 'rounds with too much milk, and with none',
          columns: ['way', 'harts', 'rounds', 'too much', 'none', 'what it is'],
          rows,
        },
      ],
      claims: [
        {
          text: 'the race buys too much on one hart and on two',
          holds: rows.every(([way, , , tooMuch]) => way !== 'race' || tooMuch > 0),
        },
        {
          text: 'with any remedy there is milk in every round, and never too much',
          holds: rows.every(([way, , , tooMuch, none]) => none === 0 && (way === 'race' || tooMuch === 0)),
        },
      ],
    };
  },
};
