/** The hybrid structure: the terminal's driver outside dies and is survived, and calls of the core cost as in one kernel. */
import { FAULT_KINDS } from '../../contracts/faults.ts';
import { chanceFrom } from './chance.ts';
import type { Demonstration, Findings } from './demonstration.ts';
import { NEVER } from './load.ts';
import { measureNullCall, rounded } from './per-round.ts';

const STRUCTURE = 'hybrid:outside=terminal,files';
const DRIVER = 'terminal';
/** Each line is one request to the driver. */
const LINES: readonly string[] = [
  '/bin/sh',
  '-c',
  'for n in 1 2 3 4 5 6 7 8; do echo line $n; done; seq 300 | sort -rn | head -n 1; echo the end',
];
const CERTAIN = FAULT_KINDS.filter((kind) => kind !== 'wild-store');

export const hybridDriver: Demonstration = {
  name: 'hybrid-driver',
  structure: 'hybrid',
  tagline: 'a driver outside the kernel dies and is started again; core calls cost as under monolithic',
  lookAt: [
    `The structure is ${STRUCTURE}: two services are user processes, the others are in the kernel.`,
    'The terminal’s driver crashes or hangs at a random request and is started again; everything else goes on.',
    'A null call does not leave the core: its cycles are those of the monolithic kernel.',
  ],
  async run(laboratory, { seed, profile }): Promise<Findings> {
    const experiment = { structure: STRUCTURE, command: LINES, profile, seed };
    const calm = await laboratory.run({ ...experiment, faults: [NEVER] });
    const chance = chanceFrom(seed);
    const [kind, at] = [chance.oneOf(CERTAIN), chance.between(1, calm.requests(DRIVER))];
    const hurt = await laboratory.run({ ...experiment, faults: [{ service: DRIVER, kind, at }] });
    const costs = [];
    for (const structure of ['monolithic', STRUCTURE, 'microkernel'])
      costs.push((await measureNullCall(laboratory, { structure, profile, seed })).figures);
    const [monolithic, hybrid] = costs;
    const printed = hurt.output.split('\n');
    const lost = calm.output.split('\n').filter((line) => !printed.includes(line));
    const said = (words: string) => hurt.said.some(({ message }) => message.includes(words));
    return {
      happened: [
        `The driver’s fault was a ${kind} at request ${at} of ${calm.requests(DRIVER)}. The system said:`,
        ...hurt.said.map(({ message, cycle }) => `  at cycle ${cycle}: ${message}`),
        `Lines that are missing in the output: ${lost.join(', ') || 'none'}. Output is not repeated, lest it appear twice: its writer gets EIO.`,
      ],
      tables: [
        {
          title: `cycles for each null call on ${profile}`,
          columns: ['structure', 'cycles'],
          rows: costs.map(({ structure, cycles }) => [structure, rounded(cycles)]),
        },
      ],
      claims: [
        {
          text: 'the driver died and was started again',
          holds: said('has died') && said('started again'),
        },
        {
          text: 'all is printed as in the undisturbed run, but at most the line that the driver held',
          holds: hurt.death === null && lost.length <= 1,
        },
        {
          text: 'a core call costs as under monolithic',
          holds: hybrid !== undefined && hybrid.cycles === monolithic?.cycles,
        },
      ],
    };
  },
};
