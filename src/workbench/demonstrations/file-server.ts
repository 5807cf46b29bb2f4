/** The file server as a program in C beside the same service in steps: instructions executed against charges made. */
import type { Demonstration, Findings } from './demonstration.ts';
import type { Laboratory } from './laboratory.ts';
import { measured, type RequestFigures, type RequestTable } from './request-figures.ts';

const STRUCTURE = 'microkernel';

/** Ordinary work with files: listing, copying, reading, writing, renaming, removing. */
const WORK = [
  'mkdir /tmp/a /tmp/a/b',
  'ls -l /bin >/tmp/a/list',
  'cp /bin/sh /bin/ls /tmp/a/b',
  'cat /bin/sort /bin/cp | sha256sum',
  'for name in 1 2 3 4 5 6 7 8 9; do echo text >/tmp/a/$name; done',
  'cat /tmp/a/1 /tmp/a/2 /tmp/a/3 >>/tmp/a/all',
  'ln -s ../a/list /tmp/a/b/link; wc /tmp/a/b/link; readlink /tmp/a/b/link',
  'sort /tmp/a/list >/tmp/a/sorted; grep cat /tmp/a/sorted; head /tmp/a/list',
  'mv /tmp/a/all /tmp/a/b/all; chmod 600 /tmp/a/b/all; ls -l /tmp/a/b',
  'find /tmp/a -name "*s*"; rm -r /tmp/a; ls -l /tmp /dev',
].join('; ');

interface Measure {
  readonly output: string;
  readonly table: RequestTable;
}

async function measure(
  laboratory: Laboratory,
  structure: string,
  profile: string,
  seed: number,
): Promise<Measure> {
  const table: RequestTable = new Map();
  const outcome = await laboratory.run({
    structure,
    command: ['/bin/sh', '-c', WORK],
    profile,
    seed,
    watched: (service) => (service.name === 'files' ? measured(service, table) : service),
  });
  if (outcome.status !== 0)
    throw new Error(`the work under ${structure} did not end well: ${outcome.death ?? outcome.output}`);
  return { output: outcome.output, table };
}

const NONE: RequestFigures = { count: 0, charged: 0, instructions: 0, running: 0 };

/** Cycles that a program's requests take: its instructions, and its calls of the kernel. */
function taken({ running, charged }: RequestFigures): number {
  return running + charged;
}

function ratio(program: number, steps: number): string {
  return steps === 0 ? '' : (program / steps).toFixed(2);
}

function sum(table: RequestTable, of: (figures: RequestFigures) => number): number {
  return [...table.values()].reduce((total, figures) => total + of(figures), 0);
}

function row(name: string, program: RequestFigures, steps: RequestFigures): (string | number)[] {
  const whole = taken(program);
  const { count, instructions, charged } = program;
  const cells = [count, instructions, charged, whole, steps.charged].map(Math.round);
  return [name, ...cells, ratio(whole, steps.charged)];
}

function figureRows(program: RequestTable, steps: RequestTable): (string | number)[][] {
  const names = [...steps.keys()].sort((a, b) => taken(steps.get(b) ?? NONE) - taken(steps.get(a) ?? NONE));
  const rows = names.map((name) => row(name, program.get(name) ?? NONE, steps.get(name) ?? NONE));
  const total = (table: RequestTable): RequestFigures => ({
    count: sum(table, ({ count }) => count),
    charged: sum(table, ({ charged }) => charged),
    instructions: sum(table, ({ instructions }) => instructions),
    running: sum(table, ({ running }) => running),
  });
  return [...rows, row('all', total(program), total(steps))];
}

function sameCounts(program: RequestTable, steps: RequestTable): boolean {
  return [...steps].every(([name, { count }]) => (program.get(name)?.count ?? 0) === count);
}

export const fileServer: Demonstration = {
  name: 'file-server',
  structure: STRUCTURE,
  tagline: 'the file server as a program in C: its instructions beside what the steps are charged',
  lookAt: [
    'The same work twice: once the files service is steps that are charged, once it is a program that executes instructions.',
    'For each kind of request: instructions, cycles of its calls of the kernel, and the charges of the steps.',
    'What the gates copy and what it costs to cross is left out: that is the same for both.',
  ],
  async run(laboratory, { seed, profile }): Promise<Findings> {
    const steps = await measure(laboratory, STRUCTURE, profile, seed);
    const program = await measure(laboratory, `${STRUCTURE}:files=c`, profile, seed);
    const whole = sum(program.table, taken) / sum(steps.table, taken);
    return {
      happened: [],
      tables: [
        {
          title: `requests to the file server on ${profile}`,
          columns: [
            'request',
            'count',
            'instructions',
            'calls',
            'cycles in all',
            'charges of steps',
            'ratio',
          ],
          rows: figureRows(program.table, steps.table),
        },
      ],
      claims: [
        { text: 'both print the same', holds: program.output === steps.output && steps.output !== '' },
        { text: 'both get the same requests', holds: sameCounts(program.table, steps.table) },
        { text: 'in all, they agree within a factor of two', holds: whole >= 0.5 && whole <= 2 },
      ],
    };
  },
};
