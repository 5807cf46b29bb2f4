// What wild system calls once broke: programs/hostile/regressions.c does it again.
import { expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { runBesideWitness } from '../../support/witness.ts';

const EXPECTED: readonly (readonly [what: string, error: number])[] = [
  ['a number read from an event to an edge', ErrorNumber.EFAULT],
  ['a number written to an event from an edge', ErrorNumber.EFAULT],
  ['a number read from a timer to an edge', ErrorNumber.EFAULT],
  ['a structure read from signals to an edge', ErrorNumber.EFAULT],
  ['poll of more than may be open', ErrorNumber.EINVAL],
  ['arguments that end between two pages', ErrorNumber.EFAULT],
  ['environment that ends between two pages', ErrorNumber.EFAULT],
];

it('what was mended stays so', async () => {
  const run = await runBesideWitness(['/hostile/regressions'], { memory: 32 * 1024 * 1024 });
  expect(run.stdout).toBe(EXPECTED.map(([what, error]) => `${what}: ${error}\n`).join(''));
  expect([run.command, run.stderr]).toEqual(['exit 0', '']);
});
