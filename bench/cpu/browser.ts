/**
 * The kernels of integers and of doubles in a page of headless Chromium and in Node, in turn: the same machine, translated. Times
 * are of the run alone, by the clock, as each host tells it. Both hosts have V8's usual settings.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { pageResult } from '../../test/system/browser/chromium.ts';
import { median } from '../measure.ts';
import type { Benchmark, Row, Setting } from '../setting.ts';
import type { KernelRun } from './browser/kernel.ts';
import { FLOAT, INTEGER, type Kernel, sizeOf } from './kernels.ts';

/** Milliseconds until a page must have told its result. */
const PATIENCE = 300_000;

async function bundled(setting: Setting, entry: string, platform: 'browser' | 'node'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(setting.sources, '../bench/cpu/browser', entry)],
    bundle: true,
    platform,
    format: 'esm',
    target: platform === 'node' ? 'node20' : 'es2022',
    write: false,
    logLevel: 'error',
    ...(platform === 'node' ? { packages: 'external' } : {}),
  });
  return outputFiles[0]?.text ?? '';
}

async function inPage(
  page: string,
  kernel: { name: string; size: string },
  file: string,
): Promise<KernelRun> {
  const told = await pageResult((path) => {
    if (path === '/')
      return { type: 'text/html', body: '<!doctype html><script type="module" src="/page.js"></script>' };
    if (path === '/page.js') return { type: 'text/javascript', body: page };
    if (path === '/kernel') return { type: 'application/json', body: JSON.stringify(kernel) };
    if (path === '/program') return { type: 'application/octet-stream', body: readFileSync(file) };
    return undefined;
  }, PATIENCE);
  const { error } = told as { readonly error?: string };
  if (error !== undefined) throw new Error(`${kernel.name} in Chromium: ${error}`);
  return told as KernelRun;
}

function inNode(program: string, size: string, file: string): KernelRun {
  const args = ['--input-type=module', '-', file, size];
  return JSON.parse(execFileSync(process.execPath, args, { input: program, encoding: 'utf8' }));
}

async function measure(setting: Setting, kernel: Kernel, page: string, program: string): Promise<Row[]> {
  const size = sizeOf(kernel, setting.scale);
  const file = join(setting.programs, '../kernels', kernel.name);
  const taken: { node: number[]; page: number[] } = { node: [], page: [] };
  for (let round = 0; round < setting.rounds; round++) {
    const here = inNode(program, size, file);
    const there = await inPage(page, { name: kernel.name, size }, file);
    if (there.output !== here.output)
      throw new Error(`${kernel.name} printed something else in Chromium than in Node`);
    taken.node.push(here.seconds);
    taken.page.push(there.seconds);
  }
  const [node, chromium] = [median(taken.node), median(taken.page)];
  const row = (contender: string, seconds: number): Row => ({
    benchmark: `${kernel.name}, browser`,
    contender,
    figure: seconds * 1000,
    unit: 'ms',
  });
  return [row('Node', node), { ...row('Chromium', chromium), ratio: node / chromium, goal: 'at least 0.77' }];
}

function worst(rows: readonly Row[]): Row {
  const ratios = rows.flatMap(({ ratio }) => (ratio === undefined ? [] : [ratio]));
  return {
    benchmark: 'cpu-browser, the worst',
    contender: 'Chromium',
    figure: Math.max(...ratios.map((ratio) => 1 / ratio)),
    unit: "times Node's time",
    goal: 'at most 1.3',
  };
}

export const BROWSER: Benchmark = {
  name: 'cpu-browser',
  about: 'the kernels in a page of headless Chromium, translated, beside Node',
  lacks: () =>
    ['chromium', 'chromium-browser', 'google-chrome', process.env.CHROME_PATH ?? ''].some(
      (name) => name !== '' && spawnSync(name, ['--version']).status === 0,
    )
      ? undefined
      : 'no Chromium is installed',
  run: async (setting) => {
    const page = await bundled(setting, 'page.ts', 'browser');
    const program = await bundled(setting, 'node.ts', 'node');
    const rows: Row[] = [];
    for (const kernel of [...INTEGER, ...FLOAT])
      rows.push(...(await measure(setting, kernel, page, program)));
    return [...rows, worst(rows)];
  },
};
