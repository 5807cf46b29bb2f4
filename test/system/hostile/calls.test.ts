// Wild system calls in full size: 50,000, or HOSTILE_CASES=n (1,000,000, say); HOSTILE_SEED=n makes others.
import { it } from 'vitest';
import { expectOrder } from '../../hostile/calls/expectations.ts';
import { figures, runCalls, total } from '../../hostile/calls/suite.ts';
import { hostileCases, hostileSeed } from '../../hostile/support/environment.ts';

it('50,000 wild system calls', async () => {
  const calls = hostileCases(50_000);
  const before = performance.now();
  const run = await runCalls({ seed: hostileSeed(), calls, harts: 2 });
  const seconds = ((performance.now() - before) / 1000).toFixed(0);
  const [tried, passed] = [total(run.counts, 'tried'), total(run.counts, 'passed')];
  console.log(`${tried} system calls in ${seconds} s, ${passed} past validation`);
  console.log(figures(run.counts));
  expectOrder(run, calls, true);
}, 7_200_000);
