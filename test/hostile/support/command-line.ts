/** The command line in this process: what it says and its status; and what must hold of what it says of bad input. */
import { expect } from 'vitest';
import { runCommandLine } from '../../../src/cli/command-line.ts';
import { commands } from '../../../src/cli/commands/index.ts';

export interface CommandResult {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

export async function runCommand(...args: readonly string[]): Promise<CommandResult> {
  let out = '';
  let error = '';
  const status = await runCommandLine(args, commands, {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  });
  return { status, out, error };
}

const LONGEST_LINE = 1200;

/** One line without control characters that says what was wrong, and status 2. */
export function expectRefusal({ status, out, error }: CommandResult, what: string): void {
  expect([what, status, out, error]).toEqual([
    what,
    2,
    '',
    expect.stringMatching(/^polykernel: [\x20-\x7e\u00a0-\uffff]+\n$/),
  ]);
  expect(error.length, what).toBeLessThan(LONGEST_LINE);
  expect(error, what).not.toMatch(/undefined|\[object|internal error/);
}
