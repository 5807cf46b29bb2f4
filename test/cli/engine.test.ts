// Which engine the options of `run` ask for.
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { machineParts } from '../../src/cli/commands/machine.ts';
import { addRunOptions, type RunOptions } from '../../src/cli/commands/run-options.ts';
import { USUAL } from '../../src/workbench/index.ts';

function translation(...words: string[]) {
  const command = addRunOptions(new Command()).parse(words, { from: 'user' });
  return machineParts(command.opts<RunOptions>(), 'true', [], undefined).translate;
}

test.each([
  ['code is translated when that pays', [], USUAL],
  ['auto is the default', ['--engine', 'auto'], USUAL],
  ['also where the TLB is modelled', ['--tlb', 'on'], USUAL],
  ['the translator can be asked for', ['--engine', 'translator'], { ...USUAL, countExits: false }],
  ['exits are counted for statistics', ['--engine', 'translator', '--stats'], { ...USUAL, countExits: true }],
  ['or nothing is translated', ['--engine', 'interpreter'], false],
])('%s', (_, words, expected) => {
  expect(translation(...words)).toEqual(expected);
});
