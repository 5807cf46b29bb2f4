// Hostile archives in numbers: HOSTILE_CASES=5000 is the full size; HOSTILE_SEED=n gives others.
import { it } from 'vitest';
import { hostileCases, hostileSeed } from '../../hostile/support/environment.ts';
import { expectOrder } from '../../hostile/tar/expectations.ts';
import { runHostileArchives } from '../../hostile/tar/suite.ts';

const USUAL = 2_000;

it('hostile archives in numbers', async () => {
  const run = await runHostileArchives(hostileSeed(), hostileCases(USUAL));
  console.log(`${run.trees} archives were trees, ${run.refusals.length} were refused`);
  expectOrder(run);
}, 1_800_000);
