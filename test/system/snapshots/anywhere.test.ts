// Snapshots at uniformly random instructions of a busy run, each resumed in a process of its own: output, status, cycles and
// memory at the end are those of the run that was not interrupted. SNAPSHOT_POINTS=500 takes more, SNAPSHOT_SEED others.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineParts } from '../../../src/cli/commands/machine.ts';
import type { SnapshotNote } from '../../../src/cli/commands/run.ts';
import { type RunReport, reportOf, runToEnd, System, takeSnapshot } from '../../../src/workbench/index.ts';
import { recordingConsole } from '../../support/machine.ts';
import { makeRoot, PREBUILT } from '../programs/root.ts';

const POINTS = Number(process.env.SNAPSHOT_POINTS ?? 12);
const SEED = Number(process.env.SNAPSHOT_SEED ?? 1);
const POLYKERNEL = fileURLToPath(new URL('../../../polykernel', import.meta.url));
const LINES = 6000;
const FOREVER = { maxInstructions: Number.POSITIVE_INFINITY, realPace: false };

/** Threads, pipes, sleepers, signals, pages that come in; and a reader of the input, which takes it piece by piece. */
const SCRIPT = '/tests/commotion & sha256sum; wait $!; echo "status $?"; exit 7';

/** Numbers from 0 to 1 (Vigna, 'splitmix', on 32 bits). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e37_79b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85eb_ca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

const folder = mkdtempSync(join(tmpdir(), 'snapshots-'));
const inputFile = join(folder, 'input');
const random = generator(SEED);
let root = '';

beforeAll(() => {
  root = makeRoot(PREBUILT);
  const lines = Array.from({ length: LINES }, () => `${Math.floor(random() * 1e6)}\n`);
  writeFileSync(inputFile, lines.join(''));
});
afterAll(() => {
  rmSync(root, { recursive: true });
  rmSync(folder, { recursive: true });
});

interface Variant {
  readonly structure: string;
  readonly harts: number;
  readonly tlb: 'on' | 'off';
  readonly points: number;
}

const VARIANTS: readonly Variant[] = [
  { structure: 'monolithic', harts: 2, tlb: 'off', points: POINTS },
  { structure: 'monolithic', harts: 1, tlb: 'on', points: Math.ceil(POINTS / 4) },
  { structure: 'microkernel', harts: 2, tlb: 'on', points: Math.ceil(POINTS / 4) },
];

function noteOf({ structure, harts, tlb }: Variant): SnapshotNote {
  return {
    options: {
      ...{
        root,
        disk: [],
        cachePolicy: 'lru',
        mount: [],
        env: [],
        cwd: '/',
        user: { user: 0, group: 0 },
        price: [],
        fault: [],
      },
      ...{ structure, profile: 'modern', tlb, harts, memory: 64 * 1024 * 1024, seed: SEED },
      ...{ epoch: 1_704_067_200, pace: 'virtual', maxInstructions: Number.POSITIVE_INFINITY, engine: 'auto' },
    },
    program: '/bin/sh',
    arguments: ['-c', SCRIPT],
  };
}

interface Machine {
  readonly system: System;
  readonly output: () => string;
}

function machine(note: SnapshotNote): Machine {
  const console = recordingConsole(readFileSync(inputFile));
  const parts = machineParts(note.options, note.program, note.arguments, undefined);
  const system = System.start({ ...parts, world: { ...parts.world, console } });
  return { system, output: () => console.text(1) + console.text(2) };
}

interface Whole {
  readonly output: string;
  readonly report: RunReport;
}

async function uninterrupted(note: SnapshotNote): Promise<Whole> {
  const { system, output } = machine(note);
  expect(await runToEnd(system, FOREVER)).toEqual({ reason: 'ended', status: 7 << 8 });
  return { output: output(), report: reportOf(system) };
}

/** Goes on with a snapshot in another process. */
function resume(file: string): { output: string; status: number | null; report: RunReport } {
  const stats = join(folder, 'stats.json');
  const input = openSync(inputFile, 'r');
  const ended = spawnSync(POLYKERNEL, ['resume', file, '--stats-json', stats], {
    stdio: [input, 'pipe', 'pipe'],
    timeout: 120_000,
  });
  closeSync(input);
  const output = ended.stdout.toString() + ended.stderr.toString();
  if (ended.status === 70 || ended.status === null) throw new Error(`resume failed: ${output}`);
  return { output, status: ended.status, report: JSON.parse(readFileSync(stats, 'utf8')) as RunReport };
}

describe.each(VARIANTS)('snapshots of $structure on $harts harts, TLB $tlb', (variant) => {
  it(`go on to the same end from ${variant.points} random instructions (seed ${SEED})`, {
    timeout: 60_000 + variant.points * 20_000,
  }, async () => {
    const note = noteOf(variant);
    const whole = await uninterrupted(note);
    expect(whole.output).toContain('signals handled: 25');
    expect(whole.output).toContain('status 0');
    const points = Array.from({ length: variant.points }, () =>
      Math.ceil(random() * whole.report.instructions),
    ).sort((a, b) => a - b);
    const { system, output } = machine(note);
    for (const point of points) {
      const end = await runToEnd(system, { maxInstructions: point, realPace: false });
      if (end.reason !== 'instructions') continue;
      const file = join(folder, 'machine.pk');
      writeFileSync(file, takeSnapshot(system, note));
      const resumed = resume(file);
      const seen = { point, ...resumed, output: output() + resumed.output };
      expect(seen).toEqual({ point, ...whole, status: 7 });
    }
  });
});
