// Damaged programs, some 40 a second: HOSTILE_CASES=10000 is the full size; HOSTILE_SEED=n gives others.
import { expect, it } from 'vitest';
import { expectOrder } from '../../hostile/elf/expectations.ts';
import { runHostilePrograms, started, summary } from '../../hostile/elf/suite.ts';
import { hostileCases, hostileSeed } from '../../hostile/support/environment.ts';

const USUAL = 750;

it('damaged programs in numbers', async () => {
  const before = performance.now();
  const run = await runHostilePrograms({ seed: hostileSeed(), count: hostileCases(USUAL) });
  const seconds = ((performance.now() - before) / 1000).toFixed(0);
  const { fates } = run;
  console.log(`${fates.length} damaged programs in ${seconds} s, ${started(fates)} past the header checks`);
  console.log(summary(fates));
  expectOrder(run);
  expect(fates.length).toBe(hostileCases(USUAL));
}, 1_800_000);
