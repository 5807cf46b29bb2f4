/** A thread of high priority that waits for a lock waits for one of middle priority too, unless the lock's owner inherits. */
import type { Demonstration, Findings } from './demonstration.ts';

const STRUCTURES = ['monolithic', 'microkernel', 'l4'];
const HINTS = ['low:priority=3', 'middle:priority=2', 'high:priority=1'];

function microseconds(output: string): number {
  return Number(/high waited (\d+)/.exec(output)?.[1] ?? Number.NaN);
}

export const priorityInversion: Demonstration = {
  name: 'priority-inversion',
  structure: 'all',
  tagline: 'high waits for low, which waits for middle: mended by inheritance (FUTEX_LOCK_PI)',
  lookAt: [
    'Three threads: low has the lock, high wants it, and middle, which wants no lock, computes.',
    'With a plain lock high waits until middle is done, however long that takes.',
    'With inheritance low runs as if it were high until it lets go, under every structure.',
  ],
  async run(laboratory, { profile, seed }): Promise<Findings> {
    const rows: [string, number, number][] = [];
    for (const structure of STRUCTURES) {
      const wait = async (way: string) => {
        const command = ['/demos/inversion', way];
        const scheduler = 'priority:preemptive=yes';
        return microseconds(
          (await laboratory.run({ structure, command, profile, seed, scheduler, hints: HINTS })).output,
        );
      };
      rows.push([structure, await wait('plain'), await wait('inherit')]);
    }
    return {
      happened: [],
      tables: [
        {
          title: 'microseconds for which high waits for the lock',
          columns: ['structure', 'plain lock', 'with inheritance'],
          rows,
        },
      ],
      claims: [
        {
          text: 'with inheritance it waits less than a third as long',
          holds: rows.every(([, plain, inherited]) => inherited > 0 && inherited * 3 < plain),
        },
      ],
    };
  },
};
