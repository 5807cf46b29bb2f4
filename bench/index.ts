/**
 * `npm run bench [-- NAME...]`: the benchmarks, each beside its peers in the same run. Options: --rounds N, --scale F,
 * --root DIR (a Debian root with python3), --processor (bench/cpu by processor time), --json. Timing decides nothing here: it is for people.
 */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BENCHMARKS } from './benchmarks.ts';
import type { Row, Setting } from './setting.ts';

const PROJECT = projectFolder();

function projectFolder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    if (existsSync(join(at, 'programs', 'prebuilt'))) return at;
    if (at === dirname(at)) throw new Error('bench is to be run in the project');
  }
}

/** A root that the system tests have left in the cache, if it has python3. */
function cachedRoot(): string | undefined {
  const cache = join(PROJECT, '.cache', 'debian-roots');
  if (!existsSync(cache)) return undefined;
  return readdirSync(cache)
    .map((name) => join(cache, name))
    .find((root) => existsSync(join(root, 'usr/bin/python3')));
}

function shown({ figure }: Row): string {
  return figure.toLocaleString('en-US', { maximumSignificantDigits: figure >= 1000 ? 4 : 3 });
}

function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.benchmark,
    row.contender,
    shown(row),
    row.unit,
    row.ratio === undefined ? '' : `${row.ratio.toFixed(2)} times as fast`,
    row.goal === undefined ? '' : `goal: ${row.goal}`,
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 2 ? cell.padStart(widths[2] as number) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return cells.map(line).join('\n');
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      scale: { type: 'string', default: '1' },
      root: { type: 'string' },
      processor: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(
      `npm run bench -- [--rounds N] [--scale F] [--root DIR] [--processor] [--json] [NAME...]\n${BENCHMARKS.map(({ name, about }) => `  ${name.padEnd(12)} ${about}\n`).join('')}`,
    );
    return;
  }
  const unknown = positionals.find((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (unknown !== undefined)
    throw new Error(
      `no benchmark is called '${unknown}'; there are ${BENCHMARKS.map(({ name }) => name).join(', ')}`,
    );
  const setting: Setting = {
    rounds: Math.max(1, Number(values.rounds)),
    scale: Number(values.scale),
    ours: [join(PROJECT, 'polykernel')],
    root: values.root ?? cachedRoot(),
    sources: join(PROJECT, 'programs'),
    programs: join(PROJECT, 'programs/prebuilt/bin'),
    time: values.processor ? 'processor' : 'wall',
  };
  const rows: Row[] = [];
  for (const benchmark of BENCHMARKS) {
    if (positionals.length > 0 && !positionals.includes(benchmark.name)) continue;
    const lack = benchmark.lacks?.(setting);
    process.stderr.write(`${benchmark.name}: ${lack ?? benchmark.about}\n`);
    if (lack === undefined) rows.push(...(await benchmark.run(setting)));
  }
  process.stdout.write(values.json ? `${JSON.stringify(rows, null, 2)}\n` : `${table(rows)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
