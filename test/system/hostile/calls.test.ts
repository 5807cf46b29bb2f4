// Wild system calls: HOSTILE_CASES=50000 is the full size, and 1000000 a long one; HOSTILE_SEED=n makes others.
import { it } from 'vitest';
import { expectOrder } from '../../hostile/calls/expectations.ts';
import { figures, runCalls, total } from '../../hostile/calls/suite.ts';
import { hostileCases, hostileSeed } from '../../hostile/support/environment.ts';

const USUAL = 8_000;

it('wild system calls in numbers', async () => {
  const calls = hostileCases(USUAL);
  const before = performance.now();
  const run = await runCalls({ seed: hostileSeed(), calls, harts: 2 });
  const seconds = ((performance.now() - before) / 1000).toFixed(0);
  const [tried, passed] = [total(run.counts, 'tried'), total(run.counts, 'passed')];
  console.log(`${tried} system calls in ${seconds} s, ${passed} past validation`);
  console.log(figures(run.counts));
  expectOrder(run, calls, true);
}, 7_200_000);
