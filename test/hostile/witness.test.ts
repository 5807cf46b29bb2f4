// The witness itself: it tells of what it saw, and of a command that ends, dies or does not end.
import { describe, expect, it } from 'vitest';
import { runBesideWitness } from '../support/witness.ts';

const cases = [
  { command: ['/bin/sh', '-c', 'sleep 0.01; echo done; exit 7'], said: 'exit 7', output: 'done\n' },
  { command: ['/bin/sh', '-c', 'kill -TERM $$'], said: 'killed by signal 15', output: '' },
  { command: ['/bin/sleep', '1000'], said: 'killed by signal 9, at the deadline', output: '' },
];

describe('a command beside the witness', () => {
  for (const { command, said, output } of cases)
    it(`${command.join(' ')}: ${said}`, async () => {
      const run = await runBesideWitness(command, { seconds: 1, memory: 16 * 1024 * 1024 });
      expect([run.command, run.stdout, run.stderr, run.status]).toEqual([said, output, '', 0]);
      expect(run.testimony?.rounds).toBeGreaterThan(0);
      expect(run.testimony?.checksum).toBe(run.testimony?.expected);
    });

  it('as another user', async () => {
    const run = await runBesideWitness(['/bin/id', '-u'], { user: 1000 });
    expect([run.command, run.stdout]).toEqual(['exit 0', '1000\n']);
  });
});
