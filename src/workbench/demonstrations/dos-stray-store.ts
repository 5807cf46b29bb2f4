/** Stray stores of programs under DOS, where nothing is protected; and the same programs under a monolithic kernel. */
import type { Demonstration, Findings } from './demonstration.ts';

const VICTIMS = [
  { program: 'stray-chain', what: 'the chain of memory control blocks' },
  { program: 'stray-vector', what: 'the vector of system calls' },
  { program: 'stray-cache', what: 'a cached block of a file’s index' },
  { program: 'stray-handle', what: 'the handle table' },
];
const PROTECTED = 'monolithic';

export const dosStrayStore: Demonstration = {
  name: 'dos-stray-store',
  structure: 'dos',
  tagline: 'a program stores beyond its own memory, and the system dies of it',
  lookAt: [
    'Four programs store where they should not: the block chain, a vector, a cached block, the handle table.',
    'Nothing stops the store; the system dies when it next uses what was there.',
    'Under a monolithic kernel the system lives, and the program gets the status of its signal (139) or an error.',
  ],
  async run(laboratory, { seed, profile }): Promise<Findings> {
    const rows = [];
    for (const { program, what } of VICTIMS) {
      const experiment = { command: [`/demos/${program}`], profile, seed };
      const here = await laboratory.run({ ...experiment, structure: 'dos' });
      const there = await laboratory.run({ ...experiment, structure: PROTECTED });
      rows.push({ what, here, there });
    }
    return {
      happened: rows.flatMap(({ what, here }) => [
        `${what}:`,
        ...here.output.split('\n').flatMap((line) => (line === '' ? [] : [`  the program said: ${line}`])),
        `  the system died: ${here.death ?? 'it did not'}`,
      ]),
      tables: [
        {
          title: `the same programs under ${PROTECTED}`,
          columns: ['stray store into', 'system', 'status of the program'],
          rows: rows.map(({ what, there }) => [
            what,
            there.death === null ? 'lives' : `died: ${there.death}`,
            there.status ?? 'none',
          ]),
        },
      ],
      claims: [
        {
          text: 'under DOS each of them ends the system',
          holds: rows.every(({ here }) => here.death !== null),
        },
        {
          text: `under ${PROTECTED} none does`,
          holds: rows.every(({ there }) => there.death === null),
        },
      ],
    };
  },
};
