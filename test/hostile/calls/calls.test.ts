// System calls with plausible and wild arguments, from several processes and threads at once: no call harms anybody else.
import { it } from 'vitest';
import { hostileCases, hostileSeed } from '../support/environment.ts';
import { expectOrder } from './expectations.ts';
import { runCalls } from './suite.ts';

it('wild system calls', async () => {
  const calls = hostileCases(2000);
  expectOrder(await runCalls({ seed: hostileSeed(), calls }), calls, false);
});

it('wild system calls on three harts', async () => {
  const calls = hostileCases(1000);
  expectOrder(await runCalls({ seed: hostileSeed() + 1, calls, harts: 3 }), calls, false);
});
