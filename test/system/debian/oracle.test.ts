// Are the compared commands fit for comparison? Each must give the same result twice under the oracle, and the list
// must be as broad as it claims. Needs what buildDebianRoot and runUnderQemu need.
import { beforeAll, describe, expect, it } from 'vitest';
import { runUnderQemu } from '../support/qemu.ts';
import { COMMANDS, DIRECTORY } from './commands.ts';
import { comparedRoot } from './fixture.ts';

let root = '';
beforeAll(async () => {
  root = await comparedRoot();
}, 600_000);

describe('the list of compared commands', () => {
  it('is broad', () => {
    expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length);
    expect(COMMANDS.length).toBeGreaterThanOrEqual(200);
    expect(new Set(COMMANDS.flatMap(({ programs }) => programs)).size).toBeGreaterThanOrEqual(140);
    expect(COMMANDS.filter(({ severalProcesses }) => severalProcesses).length).toBeGreaterThanOrEqual(60);
  });
});

describe('each command gives the same result twice', () => {
  for (const { name, command, ...given } of COMMANDS) {
    it(name, async () => {
      const first = await runUnderQemu(root, command, { ...given, directory: DIRECTORY });
      expect(first.stdout.length + first.stderr.length).toBeGreaterThan(0);
      expect(await runUnderQemu(root, command, { ...given, directory: DIRECTORY })).toEqual(first);
    });
  }
});
