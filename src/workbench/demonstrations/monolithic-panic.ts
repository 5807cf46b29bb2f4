/** A fault in one service of a monolithic kernel is a fault of the kernel. */
import { FAULT_KINDS } from '../../contracts/faults.ts';
import { chanceFrom } from './chance.ts';
import type { Demonstration, Findings } from './demonstration.ts';
import type { Outcome } from './laboratory.ts';
import { NEVER, PIPELINE } from './load.ts';

const STRUCTURE = 'monolithic';
const SERVICES = ['linux', 'processes', 'memory', 'files', 'pipes', 'terminal'];

/** What became of a run with a fault, set against the same run without. */
function fate(outcome: Outcome, calm: Outcome): string {
  if (outcome.death !== null) return `kernel panic: ${outcome.death}`;
  if (outcome.output !== calm.output || outcome.status !== calm.status)
    return 'no panic: the system went on with damaged memory, and the output is wrong';
  return 'no panic: nobody noticed; what was overwritten is still damaged';
}

export const monolithicPanic: Demonstration = {
  name: 'monolithic-panic',
  structure: STRUCTURE,
  tagline: 'a crash, a hang or a wild store in any service is the end of the whole system, or worse',
  lookAt: [
    'A random service goes wrong at a random request: a crash, an endless loop, a store to a wild address.',
    'Crashes and loops end in a kernel panic, also for the programs that never used the service.',
    'A wild store is not caught by anything: the system dies later, or goes on with damaged memory.',
  ],
  async run(laboratory, { seed, profile }): Promise<Findings> {
    const experiment = { structure: STRUCTURE, command: PIPELINE, profile, seed };
    const calm = await laboratory.run({ ...experiment, faults: [NEVER] });
    const chance = chanceFrom(seed);
    const asked = SERVICES.filter((service) => calm.requests(service) > 0);
    const tried = [];
    for (const kind of FAULT_KINDS) {
      const service = chance.oneOf(asked);
      const at = chance.between(1, calm.requests(service));
      const outcome = await laboratory.run({ ...experiment, faults: [{ service, kind, at }] });
      tried.push({ kind, service, at, outcome });
    }
    return {
      happened: [],
      tables: [
        {
          title: 'what one fault does',
          columns: ['fault', 'service', 'at request', 'what became of the system'],
          rows: tried.map(({ kind, service, at, outcome }) => [kind, service, at, fate(outcome, calm)]),
        },
      ],
      claims: [
        {
          text: 'a crash and a hang of a service are the end of the machine',
          holds: tried.every(({ kind, outcome }) => kind === 'wild-store' || outcome.death !== null),
        },
        {
          text: 'nothing stops a wild store: no fault is contained',
          holds: tried.every(({ outcome }) => outcome.said.length === 0),
        },
      ],
    };
  },
};
