// `npm run check`: runs every check of the house, two at a time, and says which failed and why.
//   npm run check                    all of them
//   npm run check -- state lengths   some, by name
//   npm run check -- --json <file>   also writes [{ name, passed, seconds }] for the build server
// Each check is an npm script `check:<name>` and can be run alone.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

interface Check {
  readonly name: string;
  readonly what: string;
  readonly command: readonly string[];
}

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
}

const tool = (name: string) => ['node', 'tools/run.mjs', name];

// The slow ones first, so that the two that run side by side end together.
const checks: readonly Check[] = [
  { name: 'types', what: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  {
    name: 'browser',
    what: 'no Node globals in browser code',
    command: ['tsc', '-p', 'tsconfig.browser.json'],
  },
  { name: 'dependencies', what: 'who imports whom', command: tool('check-dependencies') },
  {
    name: 'unused',
    what: 'unused files, exports and packages',
    command: ['knip', '--no-progress', '--no-config-hints'],
  },
  { name: 'state', what: 'no state outside machine memory', command: tool('check-state') },
  {
    name: 'cycles',
    what: 'no cycle figure outside the machine profiles',
    command: tool('check-cycle-figures'),
  },
  { name: 'lint', what: 'lint and format', command: ['biome', 'check', '.'] },
  {
    name: 'lock',
    what: "lock that 'npm ci' accepts",
    command: ['node', 'tools/complete-lock.mjs', '--check'],
  },
  { name: 'lengths', what: 'length of files and functions', command: tool('check-lengths') },
];

const lanes = 2;

/** Runs one check and prints its outcome: all of its output when it fails, else the last line. */
async function run(check: Check): Promise<Outcome> {
  const began = performance.now();
  const { status, output } = await capture(check.command);
  const seconds = (performance.now() - began) / 1000;
  const passed = status === 0;
  const note = passed ? lastLine(output) || check.what : check.what;
  const label = `${passed ? 'ok    ' : 'FAILED'} ${check.name.padEnd(12)} ${seconds.toFixed(1)} s  ${note}`;
  process.stdout.write(`${label}\n`);
  if (!passed) process.stdout.write(`${indent(output)}  again: npm run check:${check.name}\n`);
  return { name: check.name, passed, seconds: Number(seconds.toFixed(2)) };
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

function indent(text: string): string {
  const lines = text.trimEnd().split('\n');
  return lines.map((line) => `  ${line}\n`).join('');
}

function capture(command: readonly string[]): Promise<{ status: number; output: string }> {
  const [program = '', ...args] = command;
  const path = [resolve('node_modules/.bin'), dirname(process.execPath), process.env.PATH].join(delimiter);
  return new Promise((done) => {
    const chunks: Buffer[] = [];
    const child = spawn(program, args, {
      env: { ...process.env, PATH: path, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => done({ status: 1, output: `cannot run ${program}: ${error.message}` }));
    child.on('close', (status) => done({ status: status ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

/** Runs the checks in order, `lanes` at a time, and returns the outcomes in the order given. */
async function runAll(chosen: readonly Check[]): Promise<Outcome[]> {
  const outcomes = new Map<Check, Outcome>();
  const waiting = [...chosen];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      outcomes.set(next, await run(next));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return chosen.flatMap((check) => outcomes.get(check) ?? []);
}

function choose(names: readonly string[]): readonly Check[] {
  const unknown = names.find((name) => !checks.some((check) => check.name === name));
  if (unknown !== undefined) {
    throw new Error(`no check named '${unknown}'; there are: ${checks.map(({ name }) => name).join(', ')}`);
  }
  return names.length === 0 ? checks : checks.filter(({ name }) => names.includes(name));
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'string' } },
    allowPositionals: true,
  });
  const outcomes = await runAll(choose(positionals));
  if (values.json !== undefined) {
    mkdirSync(dirname(values.json), { recursive: true });
    writeFileSync(join(values.json), `${JSON.stringify(outcomes, undefined, 2)}\n`);
  }
  const failed = outcomes.filter(({ passed }) => !passed).map(({ name }) => name);
  const summary = failed.length === 0 ? 'all passed' : `failed: ${failed.join(', ')}`;
  process.stdout.write(`${outcomes.length} checks, ${summary}\n`);
  return failed.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`check: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
