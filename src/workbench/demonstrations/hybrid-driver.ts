/** The hybrid structure: the terminal's driver outside dies and is survived, and calls of the core cost as in one kernel. */
import { FAULT_KINDS } from '../../contracts/faults.ts';
import { chanceFrom } from './chance.ts';
import type { Demonstration, Findings } from './demonstration.ts';
import { NEVER, PIPELINE } from './load.ts';
import { measureNullCall, rounded } from './per-round.ts';

const STRUCTURE = 'hybrid:outside=terminal,files';
const DRIVER = 'terminal';
const CERTAIN = FAULT_KINDS.filter((kind) => kind !== 'wild-store');

export const hybridDriver: Demonstration = {
  name: 'hybrid-driver',
  structure: 'hybrid',
  tagline: 'a driver outside the kernel dies and is started again; core calls cost as under monolithic',
  lookAt: [
    `The structure is ${STRUCTURE}: two services are user processes, the others are in the kernel.`,
    'The terminal’s driver crashes or hangs at a random request, and the output is that of an undisturbed run.',
    'A null call does not leave the core: its cycles are those of the monolithic kernel.',
  ],
  async run(laboratory, { seed, profile }): Promise<Findings> {
    const experiment = { structure: STRUCTURE, command: PIPELINE, profile, seed };
    const calm = await laboratory.run({ ...experiment, faults: [NEVER] });
    const chance = chanceFrom(seed);
    const [kind, at] = [chance.oneOf(CERTAIN), chance.between(1, calm.requests(DRIVER))];
    const hurt = await laboratory.run({ ...experiment, faults: [{ service: DRIVER, kind, at }] });
    const costs = [];
    for (const structure of ['monolithic', STRUCTURE, 'microkernel'])
      costs.push((await measureNullCall(laboratory, { structure, profile, seed })).figures);
    const [monolithic, hybrid] = costs;
    const said = (words: string) => hurt.said.some(({ message }) => message.includes(words));
    return {
      happened: [
        `The driver’s fault was a ${kind} at request ${at} of ${calm.requests(DRIVER)}. The system said:`,
        ...hurt.said.map(({ message, cycle }) => `  at cycle ${cycle}: ${message}`),
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
          text: 'output and status are those of the undisturbed run',
          holds: calm.output !== '' && hurt.output === calm.output && hurt.status === calm.status,
        },
        {
          text: 'a core call costs as under monolithic',
          holds: hybrid !== undefined && hybrid.cycles === monolithic?.cycles,
        },
      ],
    };
  },
};
