// The command line of inspecting: a snapshot, an instant of a run, its parts, and what it refuses.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/command-line.ts';
import { commands } from '../../src/cli/commands/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'inspect-'));
const snapshot = join(folder, 'machine.pk');
const PROGRAM = ['--memory', '16M', '--', 'sh', '-c', 'seq 500 | sort -n > /dev/null'];

async function run(...args: string[]): Promise<{ status: number; out: string; error: string }> {
  let out = '';
  let error = '';
  const output = {
    out: (text: string) => {
      out += text;
    },
    error: (text: string) => {
      error += text;
    },
  };
  const status = await runCommandLine(args, commands, output);
  return { status, out, error };
}

beforeAll(async () => {
  const { status } = await run('run', '--snapshot-at', '40000', '--snapshot', snapshot, ...PROGRAM);
  expect(status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('polykernel inspect', () => {
  it('shows the same of a snapshot and of the run that it was taken of', async () => {
    const ofSnapshot = await run('inspect', snapshot);
    expect(ofSnapshot.status).toBe(0);
    expect(ofSnapshot.out).toContain('process 3 (seq): alive');
    expect(await run('inspect', '--at', '40000', ...PROGRAM)).toEqual(ofSnapshot);
  });

  it('shows chosen parts, of one process, as JSON', async () => {
    const { out } = await run('inspect', snapshot, '--part', 'processes', '--process', '3', '--json');
    const found = JSON.parse(out) as { processes: { pid: number }[]; pipes?: unknown };
    expect(found.processes.map(({ pid }) => pid)).toEqual([3]);
    expect(found.pipes).toBeUndefined();
  });

  it('stops at a cycle', async () => {
    const { out } = await run('inspect', '--at-cycle', '200000', '--part', 'processes', ...PROGRAM);
    const cycles = Number(/and ([\d,]+) cycles/.exec(out)?.[1]?.replaceAll(',', ''));
    expect(cycles).toBeGreaterThanOrEqual(200_000);
    expect(cycles).toBeLessThan(230_000);
  });

  it('refuses what is no snapshot, no part, or too much', async () => {
    const bad = join(folder, 'bad');
    writeFileSync(bad, 'no snapshot');
    expect(await run('inspect', bad)).toMatchObject({ status: 2, out: '' });
    expect((await run('inspect', join(folder, 'none'))).error).toMatch(/^polykernel: .*ENOENT/);
    expect(await run('inspect', snapshot, '--part', 'nonsense')).toMatchObject({ status: 2, out: '' });
    expect(await run('inspect', snapshot, 'more')).toMatchObject({ status: 2, out: '' });
  });
});
