// Fork bombs: refused at the machine's limit of threads or at the user's, ended as a group, and the witness goes on meanwhile.
import { describe, expect, it } from 'vitest';
import { refusalsOf } from '../../../src/workbench/index.ts';
import { runBesideWitness } from '../../support/witness.ts';

const MEMORY = 16 * 1024 * 1024;
const SECONDS = 0.01;
/** EAGAIN is 11. */
const REFUSED = /^(fork-bomb: error 11\n)+$/;

describe('a fork bomb', () => {
  for (const how of ['', 'setsid', 'vfork', 'thread'])
    for (const harts of [1, 2])
      it(`${how || 'by fork'} on ${harts} harts is refused and ended`, async () => {
        const bomb = ['/hostile/fork-bomb', how];
        const run = await runBesideWitness(bomb, { harts, memory: MEMORY, seconds: SECONDS });
        expect([run.end, run.status]).toEqual(['ended', 0]);
        expect(run.command).toBe('killed by signal 9, at the deadline');
        expect(run.stdout).toMatch(REFUSED);
        expect(run.testimony?.rounds).toBeGreaterThan(2);
        expect(run.testimony?.checksum).toBe(run.testimony?.expected);
        expect(refusalsOf(run.system)).toEqual([
          expect.stringMatching(/^limit of 1\d\d processes and threads at once reached: another was refused/),
        ]);
      });

  it('is refused at the limit of the machine', async () => {
    const run = await runBesideWitness(['/hostile/fork-bomb'], {
      memory: 4 * MEMORY,
      seconds: SECONDS,
      adapt: (parts) => ({ ...parts, plan: { ...parts.plan, mostThreads: 10 } }),
    });
    expect(run.stdout).toMatch(REFUSED);
    expect(refusalsOf(run.system)[0]).toMatch(/^limit of 10 processes and threads/);
    expect(run.testimony?.checksum).toBe(run.testimony?.expected);
  });

  it('of a user is refused at RLIMIT_NPROC, which does not bind others', async () => {
    const bomb = ['/hostile/limited', '6', '20', '/hostile/fork-bomb'];
    const run = await runBesideWitness(bomb, { memory: 4 * MEMORY, seconds: SECONDS, user: 1000 });
    expect(run.command).toBe('killed by signal 9, at the deadline');
    expect(run.stdout).toMatch(REFUSED);
    expect(refusalsOf(run.system)).toEqual([]);
    expect(run.testimony?.checksum).toBe(run.testimony?.expected);
  });
});
