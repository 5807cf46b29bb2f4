/** Gives hostile snapshots to `inspect` and `resume`, each in this process, and tells how they ended. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type CommandResult, expectRefusal, runCommand } from '../support/command-line.ts';
import { type HostileSnapshot, hostileSnapshot } from './mutations.ts';

const PROGRAM = ['--memory', '8M', '--', 'sh', '-c', 'seq 300 | sort -n > /dev/null'];
/** Milliseconds that one command may take: a good snapshot takes a tenth. */
const PATIENCE = 10_000;

export interface SnapshotsRun {
  readonly refused: number;
  readonly accepted: number;
}

async function timed(what: string, ...args: readonly string[]): Promise<CommandResult> {
  const before = performance.now();
  const result = await runCommand(...args);
  expect(performance.now() - before, what).toBeLessThan(PATIENCE);
  return result;
}

const COMMANDS: { readonly [part in HostileSnapshot['part']]: readonly string[] } = {
  any: ['inspect', 'resume'],
  note: ['resume'],
  memory: ['inspect'],
};

export async function runHostileSnapshots(seed: number, count: number): Promise<SnapshotsRun> {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-snapshots-'));
  const file = join(folder, 'snapshot');
  let refused = 0;
  try {
    expect((await runCommand('run', '--snapshot-at', '30000', '--snapshot', file, ...PROGRAM)).status).toBe(
      0,
    );
    const good = new Uint8Array(readFileSync(file));
    for (let number = 0; number < count; number++) {
      const { what, bytes, part } = hostileSnapshot(good, seed, number);
      writeFileSync(file, bytes);
      const statuses: number[] = [];
      for (const command of COMMANDS[part]) {
        const result = await timed(`${command} ${number}: ${what}`, command, file);
        if (result.status !== 0) expectRefusal(result, `${command} ${number}: ${what}`);
        statuses.push(result.status);
      }
      if (statuses.every((status) => status !== 0)) refused += 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { refused, accepted: count - refused };
}
