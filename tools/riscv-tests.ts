// `npm run riscv-tests -- DIRECTORY`: runs every riscv64 program of a directory, as programs/riscv-tests-environment/build.mjs
// makes them of the riscv-tests, each in a machine of its own. A test passes when its program ends with status 0; another
// status is the number of the case that failed. Exit status: 0 all passed, 1 some failed or there was none, 2 bad usage.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { memoryLayer, nodeWorld } from '../src/host/node/index.ts';
import {
  DEVICE_NODES,
  MountKind,
  profileNamed,
  type RunEnd,
  roundRobin,
  runToEnd,
  System,
  type SystemParts,
  structureNamed,
} from '../src/workbench/index.ts';

const MEMORY = 16 * 1024 * 1024;
/** The longest of them takes some hundred thousand. */
const MOST_INSTRUCTIONS = 100_000_000;
const ELF_MAGIC = '\x7fELF';

/** A console that nobody is at. */
const SILENT = {
  receive: () => -1,
  arrival: () => Promise.resolve(),
  send: () => undefined,
  terminal: [false, false, false] as const,
  columns: 80,
  rows: 24,
};

function partsFor(bytes: Uint8Array): SystemParts {
  const layer = memoryLayer([{ path: 'test', mode: 0o755, bytes }], 'a test');
  return {
    profile: profileNamed('modern'),
    structure: structureNamed('monolithic'),
    policy: (ground, store) => roundRobin(ground, store),
    harts: 1,
    memory: MEMORY,
    modelTranslation: false,
    seed: 1,
    world: nodeWorld({ layers: [layer], console: SILENT }),
    plan: {
      mounts: [{ path: '/', kind: MountKind.overlay, layer: 0, flags: 0 }],
      nodes: DEVICE_NODES,
      programs: ['/test'],
      arguments: ['/test'],
      environment: [],
      directory: '/',
      user: 0,
      group: 0,
      epoch: 0,
    },
    say: () => undefined,
  };
}

/** Why a test has failed; undefined when it has passed. */
function failureOf(end: RunEnd): string | undefined {
  if (end.reason === 'instructions') return `not ended after ${MOST_INSTRUCTIONS} instructions`;
  if (end.reason === 'standstill') return 'stands still';
  const signal = end.status & 0x7f;
  if (signal !== 0) return `killed by signal ${signal}`;
  const failedCase = end.status >>> 8;
  return failedCase === 0 ? undefined : `case ${failedCase}`;
}

async function run(file: string): Promise<string | undefined> {
  try {
    const system = System.start(partsFor(readFileSync(file)));
    return failureOf(await runToEnd(system, { maxInstructions: MOST_INSTRUCTIONS, realPace: false }));
  } catch (error) {
    return `polykernel failed: ${(error as Error).message}`;
  }
}

function isElf(file: string): boolean {
  return statSync(file).isFile() && readFileSync(file).toString('latin1', 0, 4) === ELF_MAGIC;
}

/** rv64ui-u-add is of the suite rv64ui. */
const suiteOf = (name: string): string => name.split('-')[0] ?? name;

interface Tally {
  passed: number;
  failed: number;
}

function table(tallies: ReadonlyMap<string, Tally>): string {
  const rows = [...tallies].map(([suite, { passed, failed }]) => [suite, String(passed), String(failed)]);
  const sum = (of: (tally: Tally) => number) =>
    String([...tallies.values()].reduce((all, tally) => all + of(tally), 0));
  const total = ['total', sum(({ passed }) => passed), sum(({ failed }) => failed)];
  const [first, ...others] = [['suite', 'passed', 'failed'], ...rows, total].map(
    ([suite = '', passed = '', failed = '']) =>
      `${suite.padEnd(10)}${passed.padStart(8)}${failed.padStart(8)}`,
  );
  return [first, ...others].join('\n');
}

async function main(folder: string | undefined): Promise<number> {
  if (folder === undefined || !existsSync(folder) || !statSync(folder).isDirectory()) {
    process.stderr.write('usage: npm run riscv-tests -- DIRECTORY\n');
    return 2;
  }
  const names = readdirSync(folder).filter((name) => isElf(join(folder, name)));
  const tallies = new Map<string, Tally>();
  for (const name of names.sort()) {
    const tally = tallies.get(suiteOf(name)) ?? { passed: 0, failed: 0 };
    tallies.set(suiteOf(name), tally);
    const failure = await run(join(folder, name));
    if (failure === undefined) tally.passed += 1;
    else {
      tally.failed += 1;
      process.stdout.write(`${name}: ${failure}\n`);
    }
  }
  if (names.length === 0) {
    process.stderr.write(`${folder} holds no tests\n`);
    return 1;
  }
  process.stdout.write(`${table(tallies)}\n`);
  return [...tallies.values()].some(({ failed }) => failed > 0) ? 1 : 0;
}

process.exitCode = await main(process.argv[2]);
