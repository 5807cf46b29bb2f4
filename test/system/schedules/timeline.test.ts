// The command line's recordings of a real run: every kind of file, the figures, and that nothing of the run changes by them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { interpret } from '../../workbench/timeline/perfetto-reader.ts';

const POLYKERNEL = fileURLToPath(new URL('../../../polykernel', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'polykernel-timelines-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SCRIPT = 'seq 500 | sort -rn | head -n 2; (exit 7)';

interface Figures {
  readonly cycles: number;
  readonly memoryHash: string;
  readonly schedule: {
    readonly policy: string;
    readonly processes: readonly {
      readonly name: string;
      readonly waiting: number;
      readonly turnaround: number | null;
    }[];
  };
}

function run(...options: string[]) {
  const stats = join(folder, 'stats.json');
  const command = ['run', '--harts', '2', '--scheduler', 'mlfq', '--stats-json', stats, ...options];
  const { status, stdout, stderr } = spawnSync(POLYKERNEL, [...command, '--', 'sh', '-c', SCRIPT], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect({ status, stdout }).toEqual({ status: 7, stdout: '500\n499\n' });
  return { stderr, figures: JSON.parse(readFileSync(stats, 'utf8')) as Figures };
}

describe('run --timeline', () => {
  it('writes what the ending says, of the same run', () => {
    const plain = run().figures;
    const first: { readonly [ending: string]: RegExp } = {
      html: /^<!doctype html>[\s\S]*class="measures"[\s\S]*sort \(4\)/,
      svg: /^<svg [\s\S]*<title>hart 1 runs /,
      json: /^\{"displayTimeUnit"/,
    };
    for (const [ending, pattern] of Object.entries(first)) {
      const file = join(folder, `run.${ending}`);
      expect(run('--timeline', file).figures).toEqual(plain);
      expect(readFileSync(file, 'utf8')).toMatch(pattern);
    }
    const trace = join(folder, 'run.perfetto-trace');
    expect(run('--timeline', trace).figures).toEqual(plain);
    const { threads, slices } = interpret(readFileSync(trace));
    expect([...threads.values()].map(({ name }) => name)).toContain('sort (4)');
    expect(new Set(slices.map(({ cpu }) => cpu))).toEqual(new Set([0, 1]));
  });

  it('--stats prints the measures, and who ran while one waited', () => {
    const { stderr, figures } = run('--stats');
    expect(figures.schedule.policy).toBe('mlfq');
    expect(figures.schedule.processes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['sh', 'seq', 'sort', 'head']),
    );
    expect(stderr).toMatch(
      /schedule under mlfq, in cycles\n\s+process +submission +start +finish +response +waiting +turnaround\n/,
    );
    const sort = figures.schedule.processes.find(({ name }) => name === 'sort');
    const said = new RegExp(`4 sort .* ${sort?.turnaround?.toLocaleString('en-US')}\\n`);
    expect(stderr).toMatch(said);
    expect(stderr).toMatch(
      /who ran while this one waited\n {2}\d+ \w+: [\d,]+ cycles, while there ran (\d+ )?\w+ [\d.]+%/,
    );
  });
});
