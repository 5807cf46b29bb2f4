/** Many threads on one of the kernel's: what a call that waits stops. */
import type { Demonstration, Findings } from './demonstration.ts';

function whileAsleep(output: string, kind: string): number {
  return Number(new RegExp(`${kind} threads: \\d+ steps, of which (\\d+)`).exec(output)?.[1] ?? Number.NaN);
}

export const userThreads: Demonstration = {
  name: 'user-threads',
  structure: 'monolithic',
  tagline: 'user-level threads beside the kernel’s: one blocking call stops all of them, and not the others',
  lookAt: [
    'Two processes of three threads each: one has a library of its own, the other the kernel’s threads.',
    'One thread of each sleeps in the kernel: the kernel knows only one thread of the first process, and stops it.',
    'The library’s policy is the program’s own: in turn, or by priority, without asking the kernel.',
  ],
  async run(laboratory, { profile, seed }): Promise<Findings> {
    const run = (...command: string[]) => laboratory.run({ structure: 'monolithic', command, profile, seed });
    const { output } = await run('/demos/user-threads');
    const order = (await run('/demos/user-threads', 'order')).output;
    const rows = ['user-level', 'kernel'].map((kind) => [kind, whileAsleep(output, kind)] as const);
    return {
      happened: [...output.trimEnd().split('\n'), ...order.trimEnd().split('\n')],
      tables: [{ title: 'steps of the others while one thread slept', columns: ['threads', 'steps'], rows }],
      claims: [
        { text: 'the blocking call of one user-level thread stops all of them', holds: rows[0]?.[1] === 0 },
        { text: 'that of a kernel thread stops it alone', holds: (rows[1]?.[1] ?? 0) > 0 },
        {
          text: 'the library’s own policies decide the order',
          holds: order === 'in turn: abcabcabc\nby priority: cccbbbaaa\n',
        },
      ],
    };
  },
};
