// Many open files, and paths that lead in circles, too far or too deep.
import { describe, expect, it } from 'vitest';
import { refusalsOf } from '../../../src/workbench/index.ts';
import { runBesideWitness, type WitnessOptions } from '../../support/witness.ts';

const MEMORY = 64 * 1024 * 1024;
/** Milliseconds that 100,000 open files may take on the host: they take a tenth of it on an idle one. */
const PATIENCE = 240_000;

async function openFiles(parameters: readonly string[], options: WitnessOptions = {}) {
  const run = await runBesideWitness(['/hostile/open-files', ...parameters], {
    memory: MEMORY,
    seconds: 60,
    ...options,
  });
  expect([run.end, run.status, run.stderr]).toEqual(['ended', 0, '']);
  expect(run.testimony?.checksum).toBe(run.testimony?.expected);
  return run;
}

describe('open files', () => {
  it(
    '100,000 when the limit allows it',
    async () => {
      const run = await openFiles(['100000', '200000']);
      const said = 'open-files: all 100000\nhighest: 1\nfork: done, child 7, ours 1\nhole: 1\n';
      expect([run.command, run.stdout]).toEqual(['exit 0', said]);
      // The work grows with their number, not with its square: some hundred cycles for each open, kept and closed file.
      expect(run.report.instructions).toBeLessThan(20_000_000);
      expect(run.report.cycles).toBeLessThan(300_000_000);
    },
    PATIENCE,
  );

  it('end at RLIMIT_NOFILE with EMFILE', async () => {
    const run = await openFiles(['100000']);
    expect(run.command).toBe('exit 3');
    expect(run.stdout).toBe(
      'open-files: error 24 after 1021\nhighest: 1\nfork: done, child 7, ours 1\nhole: 1\n',
    );
  });

  it('end at the limit of the machine with ENFILE', async () => {
    const run = await openFiles(['100000', '200000'], {
      adapt: (parts) => ({ ...parts, plan: { ...parts.plan, mostFiles: 500 } }),
    });
    expect(run.stdout).toMatch(/^open-files: error 23 after 4\d\d\n/);
    expect(refusalsOf(run.system)).toEqual([
      'limit of 500 open files at once reached: another was refused once',
    ]);
  });

  it(
    'end with ENOMEM when memory does',
    async () => {
      const run = await openFiles(['500000', '524288'], { memory: 4 * 1024 * 1024 });
      expect(run.stdout).toMatch(/^open-files: error 12 after \d+\nhighest: 1\n/);
    },
    PATIENCE,
  );
});

/** As Linux answers: ELOOP is 40, ENAMETOOLONG 36, EINVAL 22. */
const PATHS = `a link to itself: error 40
two links to each other: error 40
through them: error 40
forty times here: ok
once more: error 40
a link that grows: error 40
a chain of 40 links: ok
a chain of 41 links: error 40
nested: 3000
getcwd far below: error 36
a file far below: ok
a path that is too long: error 36
the longest path: ok
a name that is too long: error 36
the longest name: ok
far up at once: ok
and down again: ok
removed: 3000
a directory into itself: error 22
all is gone: ok
`;

describe('paths', () => {
  for (const directory of ['/', '/dev/shm'])
    it(`in circles, too long and too deep, in ${directory}`, async () => {
      const run = await runBesideWitness(['/hostile/paths'], { memory: MEMORY, directory });
      expect([run.end, run.command, run.stdout, run.stderr]).toEqual(['ended', 'exit 0', PATHS, '']);
      expect(run.testimony?.checksum).toBe(run.testimony?.expected);
    });
});
