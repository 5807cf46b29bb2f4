// Hostile programs in full size: 10,000 damaged programs, or HOSTILE_CASES=n of them; HOSTILE_SEED=n gives others.
import { expect, it } from 'vitest';
import { expectOrder } from '../../hostile/elf/expectations.ts';
import { runHostilePrograms, started, summary } from '../../hostile/elf/suite.ts';
import { hostileCases, hostileSeed } from '../../hostile/support/environment.ts';

it('10,000 damaged programs', async () => {
  const before = performance.now();
  const run = await runHostilePrograms({ seed: hostileSeed(), count: hostileCases(10_000) });
  const seconds = ((performance.now() - before) / 1000).toFixed(0);
  const { fates } = run;
  console.log(`${fates.length} damaged programs in ${seconds} s, ${started(fates)} past the header checks`);
  console.log(summary(fates));
  expectOrder(run);
  expect(fates.length).toBe(hostileCases(10_000));
}, 1_800_000);
