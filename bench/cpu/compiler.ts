/**
 * Memory of the host while a very large program runs translated: Debian's gcc compiles a kernel of programs/kernels inside. Wants a
 * root by `polykernel root debian --packages gcc,libc6-dev`.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peakMemory } from '../measure.ts';
import type { Benchmark, Row, Setting } from '../setting.ts';

const SOURCES = ['interpreter', 'sha256', 'matrix', 'quicksort'];

/** Most modules that the translator holds (src/machine/translator/translator.ts). */
const MOST_MODULES = 1500;

async function memory(setting: Setting, root: string): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'polykernel-bench-'));
  const sources = SOURCES.slice(0, Math.max(1, Math.round(SOURCES.length * setting.scale)));
  const script = `cd /tmp && ${sources.map((name) => `gcc -O2 -c /kernels/${name}.c`).join(' && ')}`;
  const figures = join(folder, 'translator.txt');
  try {
    const mib = await peakMemory(
      [
        ...setting.ours,
        ...['run', '--no-kept', '--engine', 'translator', '--memory', '1G', '--stats', '--root', root],
        ...['--mount', `${join(setting.sources, 'kernels')}:/kernels:ro`, '--', '/bin/sh', '-c', script],
      ],
      figures,
    );
    const text = readFileSync(figures, 'utf8');
    const of = (label: string): number =>
      Number(new RegExp(`${label} +([0-9,]+)`).exec(text)?.[1]?.replaceAll(',', ''));
    const row = (contender: string, figure: number, unit: string, goal?: string): Row => ({
      ...{ benchmark: 'compiler-memory', contender, figure, unit },
      ...(goal === undefined ? {} : { goal }),
    });
    return [
      row('peak of the host process', mib, 'MiB', 'under 1536'),
      row('modules held', of('modules') - of('modules dropped'), 'modules', `at most ${MOST_MODULES}`),
      row('modules made', of('modules'), 'modules'),
      row('instructions', of('instruction') / 1e6, 'millions'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const COMPILER: Benchmark = {
  name: 'compiler-memory',
  about: "Debian's gcc inside, translated: memory of the host, and modules",
  lacks: ({ root }) =>
    root !== undefined && existsSync(join(root, 'usr/bin/gcc'))
      ? undefined
      : 'no Debian root with gcc: give one by --root (polykernel root debian --packages gcc,libc6-dev makes one)',
  run: async (setting) => memory(setting, setting.root ?? ''),
};
