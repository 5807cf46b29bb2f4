// The benchmarks run and print figures; what the figures are decides nothing.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const PROJECT = join(import.meta.dirname, '../..');

function bench(...args: readonly string[]): string {
  return execFileSync('node', ['tools/run.mjs', '../bench/index', ...args], {
    cwd: PROJECT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

describe('npm run bench', () => {
  it('measures in small as in full size', () => {
    const names = ['integer', 'true', 'sleepers', 'null-call', 'fork', 'pipe', 'read', 'decisions'];
    const rows = JSON.parse(bench('--json', '--scale', '0.01', '--rounds', '1', ...names));
    expect(new Set(rows.map((row: { benchmark: string }) => row.benchmark))).toEqual(new Set(names));
    // What takes less time than starting up does has a figure of 0 now and then.
    for (const { figure } of rows) expect(figure).toBeGreaterThanOrEqual(0);
    expect(rows.some(({ contender }: { contender: string }) => contender === 'qemu-riscv64')).toBe(true);
  }, 120_000);

  it('measures kernels and crossings, translated, whose output must be that of the peers', () => {
    const rows: { benchmark: string; contender: string; figure: number }[] = JSON.parse(
      bench('--json', '--scale', '0.002', '--rounds', '1', 'cpu-float', 'cpu-switches'),
    );
    expect(new Set(rows.map(({ contender }) => contender)).size).toBeGreaterThanOrEqual(4);
    expect(new Set(rows.map(({ benchmark }) => benchmark)).size).toBe(4 + 1 + 2);
    for (const { figure } of rows) expect(figure).toBeGreaterThan(0);
  }, 120_000);

  it('names what there is', () => {
    expect(bench('--help')).toContain('null-call');
    expect(() => bench('nonsense')).toThrow(/status|Command failed/);
  }, 60_000);
});
