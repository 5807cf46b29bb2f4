/** The microkernel's file server dies under load: it is made again, and programs do not notice. */

import { chanceFrom } from './chance.ts';
import type { Demonstration, Findings } from './demonstration.ts';
import { NEVER, PIPELINE } from './load.ts';

const STRUCTURE = 'microkernel';
const SERVICE = 'files';

export const serverKilled: Demonstration = {
  name: 'server-killed',
  structure: STRUCTURE,
  tagline: 'the file server is killed at a random request under load, and its clients carry on',
  lookAt: [
    'A shell runs pipelines; at a random request the file server reads from address 0 and dies of it.',
    'The kernel starts it again; the request that it died of is made again.',
    'The output is that of an undisturbed run; the price is time.',
  ],
  async run(laboratory, { seed, profile }): Promise<Findings> {
    const experiment = { structure: STRUCTURE, command: PIPELINE, profile, seed };
    const calm = await laboratory.run({ ...experiment, faults: [NEVER] });
    const total = calm.requests(SERVICE);
    const at = chanceFrom(seed).between(Math.ceil(total / 4), total);
    const killed = await laboratory.run({
      ...experiment,
      faults: [{ service: SERVICE, kind: 'crash', at }],
    });
    const find = (words: string) => killed.said.find(({ message }) => message.includes(words));
    const [death, rebirth] = [find('has died'), find('started again')];
    const [before, after] = [calm.report().cycles, killed.report().cycles];
    return {
      happened: [
        `The file server crashed at request ${at} of ${total}. The system said:`,
        ...killed.said.map(({ message, cycle }) => `  at cycle ${cycle}: ${message}`),
      ],
      tables: [
        {
          title: 'the two runs',
          columns: ['', 'cycles', 'status'],
          rows: [
            ['undisturbed', before, calm.status ?? 'none'],
            ['file server killed', after, killed.status ?? 'none'],
            ['from death to new server', (rebirth?.cycle ?? 0) - (death?.cycle ?? 0), ''],
            ['until all was as before', after - before, ''],
          ],
        },
      ],
      claims: [
        {
          text: 'the server died and was started again',
          holds: death !== undefined && rebirth !== undefined,
        },
        {
          text: 'output and status are those of the undisturbed run',
          holds: killed.output === calm.output && killed.status === calm.status && calm.output !== '',
        },
      ],
    };
  },
};
