// Wild system calls: HOSTILE_CASES=50000 is the full size, and 1000000 a long one; HOSTILE_SEED=n makes others.
import { describe, it } from 'vitest';
import { expectOrder } from '../../hostile/calls/expectations.ts';
import { figures, runCalls, total } from '../../hostile/calls/suite.ts';
import { hostileCases, hostileSeed } from '../../hostile/support/environment.ts';

/** Calls by themselves: servers cost more of the host's time, and fewer than some thousands do not make every call. */
const USUAL: readonly (readonly [structure: string, calls: number, covered: boolean])[] = [
  ['monolithic', 8_000, true],
  ['microkernel', 1_500, false],
  ['l4', 1_500, false],
];

describe('wild system calls in numbers', () => {
  for (const [structure, usual, covered] of USUAL)
    it(`under ${structure}`, async () => {
      const calls = hostileCases(usual);
      const before = performance.now();
      const run = await runCalls({ seed: hostileSeed(), calls, harts: 2, structure });
      const seconds = ((performance.now() - before) / 1000).toFixed(0);
      const [tried, passed] = [total(run.counts, 'tried'), total(run.counts, 'passed')];
      console.log(`${structure}: ${tried} system calls in ${seconds} s, ${passed} past validation`);
      console.log(figures(run.counts));
      expectOrder(run, calls, covered);
    }, 7_200_000);
});
