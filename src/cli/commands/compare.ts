/** `polykernel compare`: the same program under several structures, and what each costs. */
import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import {
  type Comparison,
  compareStructures,
  comparisonPage,
  comparisonTable,
  STRUCTURES,
  structureNamed,
} from '../../workbench/index.ts';
import type { CommandContext, CommandDefinition } from '../command-line.ts';
import { machineParts, policyOf } from './machine.ts';
import { checkWritable, writeOutput } from './output-file.ts';
import { addRunOptions, type RunOptions } from './run-options.ts';

interface CompareOptions extends RunOptions {
  readonly structures: string;
  readonly json?: boolean;
  readonly html?: string;
}

/** Names with options have commas in them: a comma parts structures only before a structure's name. */
function specifications(text: string): string[] {
  if (text === 'all') return STRUCTURES.map(({ name }) => name);
  const known = STRUCTURES.map(({ name }) => name);
  const list: string[] = [];
  for (const piece of text.split(','))
    if (list.length > 0 && !known.includes(piece.split(':')[0] ?? '')) list[list.length - 1] += `,${piece}`;
    else list.push(piece);
  return list;
}

function structureList(text: string): string {
  try {
    specifications(text).map(structureNamed);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
  return text;
}

/** All input at once, so that every run has the same. */
function wholeInput(): Uint8Array {
  if (process.stdin.isTTY) return new Uint8Array(0);
  try {
    return readFileSync(0);
  } catch {
    // Standard input is closed: there is none.
    return new Uint8Array(0);
  }
}

function settingOf({ profile, harts, tlb, seed }: CompareOptions): string {
  return `${profile}, ${harts} hart${harts === 1 ? '' : 's'}, translation caches ${tlb === 'on' ? 'modelled' : 'not modelled'}, seed ${seed}`;
}

async function compare(
  options: CompareOptions,
  command: readonly string[],
  context: CommandContext,
): Promise<void> {
  const [program = '', ...args] = command;
  checkWritable('--html', options.html);
  const policy = policyOf(options);
  const runs = await compareStructures({
    structures: specifications(options.structures).map(structureNamed),
    input: wholeInput(),
    maxInstructions: options.maxInstructions,
    parts: (structure, console, say) => {
      const parts = machineParts(
        { ...options, pace: 'virtual', structure: structure.name },
        program,
        args,
        undefined,
        { policy },
      );
      return { ...parts, structure, say, world: { ...parts.world, console } };
    },
    progress: ({ name }) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[Krunning under ${name} ...`);
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const rows: readonly Comparison[] = runs.map(({ row }) => row);
  if (options.html !== undefined)
    writeOutput('--html', options.html, comparisonPage(runs, command, settingOf(options)));
  context.print(options.json ? `${JSON.stringify(rows, null, 2)}\n` : comparisonTable(rows));
  if (rows.some(({ outputEqual }) => outputEqual === false)) context.setExitStatus(1);
}

export const compareCommand: CommandDefinition = {
  define(program: Command, context: CommandContext) {
    const command = addRunOptions(program.command('compare'), { tlb: 'on' })
      .description('run a program under several structures and set what they cost side by side')
      .option('--structures <LIST>', 'structures with commas between them, or all', structureList, 'all')
      .option('--json', 'the figures as JSON')
      .option('--html <FILE>', 'a page with pictures, too')
      .argument('<PROGRAM>', "a guest path, or a name to be found in the guest's PATH")
      .argument('[ARGUMENTS...]', 'its arguments')
      .passThroughOptions();
    command.action((name: string, args: string[], options: CompareOptions) =>
      compare(options, [name, ...args], context),
    );
  },
};
