// The runner of riscv-tests: counts by suite, names what failed and how, and takes an empty directory for a failure.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'riscv-tests-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(name: string, programs: Readonly<Record<string, string>>) {
  const directory = join(folder, name);
  mkdirSync(directory);
  for (const [to, from] of Object.entries(programs))
    copyFileSync(`programs/prebuilt/bin/${from}`, join(directory, to));
  writeFileSync(join(directory, 'notes.txt'), 'no program');
  const { status, stdout } = spawnSync(process.execPath, ['tools/run.mjs', 'riscv-tests', directory]);
  return { status, lines: stdout.toString().split('\n') };
}

describe('the runner of riscv-tests', () => {
  it('counts what passes', () => {
    const { status, lines } = run('good', {
      'rv64ui-u-a': 'true',
      'rv64ui-u-b': 'true',
      'rv64um-u-a': 'true',
    });
    expect(lines.slice(0, 4)).toEqual([
      'suite       passed  failed',
      'rv64ui           2       0',
      'rv64um           1       0',
      'total            3       0',
    ]);
    expect(status).toBe(0);
  });

  it('names what fails', () => {
    const { status, lines } = run('bad', { 'rv64ui-u-a': 'true', 'rv64ua-u-b': 'false' });
    expect(lines).toContain('rv64ua-u-b: case 1');
    expect(lines).toContain('total            1       1');
    expect(status).toBe(1);
  });

  it('fails without tests', () => {
    expect(run('empty', {}).status).toBe(1);
  });
});
