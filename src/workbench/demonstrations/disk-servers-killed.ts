/** The servers behind a disk die under load: what a program has made safe is there, and the program goes on with its open file. */
import { chanceFrom } from './chance.ts';
import type { Claim, Demonstration, Findings } from './demonstration.ts';
import { emptyImage } from './empty-disk.ts';
import type { Outcome } from './laboratory.ts';
import { NEVER } from './load.ts';

const STRUCTURES = ['microkernel', 'l4', 'hybrid:outside=files,block'];
const SERVICES = ['files', 'block'] as const;
const ENTRIES = 8;
const [BLOCKS, BLOCK_BYTES] = [2048, 1024];
const LOAD: readonly string[] = [
  '/bin/sh',
  '-c',
  `cd /disk; (mkdir d; seq 300 > d/n; cp d/n d/m; rm d/n) > /tmp/load 2>&1 & /demos/ledger ledger ${ENTRIES}; wait`,
];

interface Death {
  readonly structure: string;
  readonly service: string;
  readonly at: number;
  readonly outcome: Outcome;
  /** What the disk holds when another machine looks at it afterwards. */
  readonly after: string;
}

const has = ({ said }: Outcome, words: string) => said.some(({ message }) => message.includes(words));

function claimsOf(deaths: readonly Death[]): readonly Claim[] {
  return [
    {
      text: 'each server died and was started again',
      holds: deaths.every(({ outcome }) => has(outcome, 'has died') && has(outcome, 'started again')),
    },
    {
      text: 'no entry that was made safe is wrong, in the machine or on the disk',
      holds: deaths.every(
        ({ outcome, after }) =>
          outcome.output.includes(`${ENTRIES} entries, 0 wrong`) && Number.parseInt(after, 10) === ENTRIES,
      ),
    },
    {
      text: 'the death of the block server fails no call',
      holds: deaths.every(
        ({ service, outcome }) => service !== 'block' || outcome.output.includes(' 0 failures'),
      ),
    },
  ];
}

export const diskServersKilled: Demonstration = {
  name: 'disk-servers-killed',
  structure: 'l4',
  tagline: 'the file server and the block server of a disk are killed under load; what was made safe stays',
  lookAt: [
    `A program makes ${ENTRIES} entries of a file safe by fsync, one by one, while others make and remove files.`,
    'At a random request the file server or the block server reads from address 0 and dies of it.',
    'The new one takes over changed blocks that the kernel has kept, and finds the open file by its inode.',
  ],
  async run(laboratory, { seed, profile }): Promise<Findings> {
    const chance = chanceFrom(seed);
    const deaths: Death[] = [];
    const calm = await laboratory.run({
      structure: 'microkernel',
      command: LOAD,
      profile,
      seed,
      faults: [NEVER],
      disk: emptyImage(BLOCKS, BLOCK_BYTES),
    });
    for (const structure of STRUCTURES) {
      const experiment = { structure, command: LOAD, profile, seed };
      for (const service of SERVICES) {
        const disk = emptyImage(BLOCKS, BLOCK_BYTES);
        const total = calm.requests(service);
        const at = chance.between(Math.ceil(total / 4), Math.ceil(total / 2));
        const faults = [{ service, kind: 'crash' as const, at }];
        const outcome = await laboratory.run({ ...experiment, faults, disk });
        const command = ['/bin/wc', '-l', '/disk/ledger'];
        const after = (await laboratory.run({ ...experiment, structure: 'monolithic', command, disk }))
          .output;
        deaths.push({ structure, service, at, outcome, after });
      }
    }
    return {
      happened: deaths.flatMap(({ structure, service, at, outcome }) => [
        `${structure}, ${service} at request ${at}:`,
        ...outcome.said.map(({ message, cycle }) => `  at cycle ${cycle}: ${message}`),
      ]),
      tables: [
        {
          title:
            'what the program says at its end, and how many entries another machine then finds on the disk',
          columns: ['structure', 'killed', 'at request', 'program', 'lines on the disk'],
          rows: deaths.map(({ structure, service, at, outcome, after }) => [
            structure,
            service,
            at,
            outcome.output.trimEnd().split('\n').at(-1) ?? '',
            Number.parseInt(after, 10),
          ]),
        },
      ],
      claims: claimsOf(deaths),
    };
  },
};
