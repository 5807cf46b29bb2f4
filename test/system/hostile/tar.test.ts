// Hostile archives in full size: 5,000, or HOSTILE_CASES=n of them; HOSTILE_SEED=n gives others.
import { it } from 'vitest';
import { hostileCases, hostileSeed } from '../../hostile/support/environment.ts';
import { expectOrder } from '../../hostile/tar/expectations.ts';
import { runHostileArchives } from '../../hostile/tar/suite.ts';

it('5,000 hostile archives', async () => {
  const run = await runHostileArchives(hostileSeed(), hostileCases(5000));
  console.log(`${run.trees} archives were trees, ${run.refusals.length} were refused`);
  expectOrder(run);
}, 1_800_000);
