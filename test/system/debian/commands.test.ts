// The list of compared commands: how broad it is, and that it is dealt whole.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from './commands.ts';
import { PARTS } from './compare.ts';

describe('the list of compared commands', () => {
  it('is broad', () => {
    expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length);
    expect(COMMANDS.length).toBeGreaterThanOrEqual(200);
    expect(new Set(COMMANDS.flatMap(({ programs }) => programs)).size).toBeGreaterThanOrEqual(140);
    expect(COMMANDS.filter(({ severalProcesses }) => severalProcesses).length).toBeGreaterThanOrEqual(60);
  });

  it('is dealt to as many files as there are', () => {
    const files = readdirSync(import.meta.dirname).filter((name) => /^compare-\d+\.test\.ts$/.test(name));
    expect(files).toHaveLength(PARTS);
  });
});
