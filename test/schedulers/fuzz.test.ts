// Whatever a user types or has in a file: jobs, policies, hints and constraints are read, or refused by an Error of one line.
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  constraintsFromData,
  hintOf,
  jobsFromData,
  jobsOf,
  POLICIES,
  policyNamed,
  schedule,
  specificationsIn,
} from '../../src/workbench/index.ts';
import '../support/property-seed.ts';

const RUNS = Number(process.env.SCHEDULE_RUNS ?? 300);
const LONGEST = 400;

/** Throws when `read` throws anything but an Error of one short line. */
function refusesInALine(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Error) || error.constructor !== Error)
      throw new Error(`it is refused by ${error}: ${(error as Error).stack}`);
    const { message } = error;
    if (message === '' || message.includes('\n') || message.length > LONGEST)
      throw new Error(
        `it is refused by ${message.length} characters: ${JSON.stringify(message.slice(0, LONGEST))}`,
      );
  }
}

/** Texts made of what the notations are made of, and of anything. */
const pieces = fc.constantFrom(
  ...[
    '0',
    '1',
    '7',
    '-1',
    '24',
    '1e9',
    '0x10',
    '٣',
    '9'.repeat(30),
    '3+2+4',
    '+',
    ':',
    '::',
    ',',
    '=',
    '/',
    '*',
    ' ',
  ],
  ...[
    'name',
    'nice',
    'priority',
    'period',
    'deadline',
    'hart',
    'burst',
    'quantum',
    'table',
    'levels',
    'A',
    '__proto__',
  ],
  ...['constructor', 'toString', 'yes', 'no', 'low', '\n', '\0', '\u2028', '…', '😀'],
  ...POLICIES.map(({ name }) => name),
);
const text = fc.oneof(
  fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const words = fc.constantFrom(
  'thread',
  'event',
  'perSecond',
  'from',
  'to',
  'within',
  'always',
  'begin',
  'end',
  'burst',
);
const data = fc.letrec((tie) => ({
  leaf: fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined)),
  node: fc.oneof(
    { depthSize: 'small' },
    tie('leaf'),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(words, pieces), tie('node'), { maxKeys: 5 }),
    fc.record({ jobs: fc.array(tie('node'), { maxLength: 3 }) }),
    fc.record({ constraints: fc.array(tie('node'), { maxLength: 3 }) }),
    fc.record({ tasks: fc.dictionary(pieces, tie('node'), { maxKeys: 3 }) }),
  ),
})).node;

describe('is read, or refused in one line:', () => {
  const readers: readonly (readonly [string, (given: string) => unknown])[] = [
    ['--jobs', jobsOf],
    ['--policy', (given) => policyNamed(given)],
    [
      'a policy’s settings',
      (given) => POLICIES.map(({ name }) => refusesInALine(() => policyNamed(`${name}:${given}`))),
    ],
    ['--compare', (given) => specificationsIn(given).map((one) => policyNamed(one))],
    ['--hint', hintOf],
    ['a hint’s settings', (given) => hintOf(`cat:${given}`)],
  ];
  it.each(readers)('%s', (_, read) => {
    fc.assert(
      fc.property(text, (given) => refusesInALine(() => read(given))),
      { numRuns: RUNS },
    );
  });

  it('a file of jobs', () => {
    fc.assert(
      fc.property(data, (given) => refusesInALine(() => jobsFromData(given, () => undefined))),
      { numRuns: RUNS },
    );
  });

  it('a file of constraints', () => {
    fc.assert(
      fc.property(data, (given) => refusesInALine(() => constraintsFromData(given))),
      { numRuns: RUNS },
    );
  });

  it('any set of jobs that can be written, under any policy', () => {
    const number = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constantFrom(2 ** 31, 2 ** 53 - 1));
    const job = fc.tuple(
      number,
      fc.integer({ min: 0, max: 50 }),
      fc.constantFrom('', ':period=7', ':deadline=3', ':slice=2:period=9', ':hart=1'),
    );
    fc.assert(
      fc.property(fc.array(job, { maxLength: 4 }), fc.constantFrom(...POLICIES), (jobs, { name }) =>
        refusesInALine(() => {
          const plans = jobsOf(jobs.map(([arrival, burst, keys]) => `${arrival}:${burst}${keys}`).join(','));
          schedule(plans, { policy: policyNamed(name), until: 40 });
        }),
      ),
      { numRuns: RUNS / 5 },
    );
  });
});
