/** `polykernel run`: starts a program in a machine of its own and ends with its status. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type RunEnd, reportOf, runToEnd, type System } from '../../workbench/index.ts';
import type { CommandContext, CommandDefinition } from '../command-line.ts';
import { statsTable } from '../stats.ts';
import { isRealPace, startMachine } from './machine.ts';
import { addRunOptions, type RunOptions } from './run-options.ts';

const LIMIT_STATUS = 124;
const STANDSTILL_STATUS = 125;
const SIGNAL_BASE = 128;

/** The exit status that a shell would show for the end of a run. */
export function statusOf(end: RunEnd): number {
  if (end.reason === 'instructions') return LIMIT_STATUS;
  if (end.reason === 'standstill') return STANDSTILL_STATUS;
  const signal = end.status & 0x7f;
  return signal === 0 ? (end.status >>> 8) & 0xff : SIGNAL_BASE + signal;
}

function explain(end: RunEnd, options: RunOptions): void {
  if (end.reason === 'instructions')
    process.stderr.write(`polykernel: ended at the limit of ${options.maxInstructions} instructions\n`);
  if (end.reason === 'standstill')
    process.stderr.write('polykernel: every thread of the guest waits, and nothing can wake one\n');
}

function report(system: System, options: RunOptions): void {
  if (!options.stats && options.statsJson === undefined) return;
  const figures = reportOf(system);
  if (options.statsJson !== undefined)
    writeFileSync(options.statsJson, `${JSON.stringify(figures, null, 2)}\n`);
  if (options.stats) process.stderr.write(statsTable(figures));
}

async function run(
  context: CommandContext,
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<void> {
  const system = startMachine(options, program, args, undefined);
  const end = await runToEnd(system, {
    maxInstructions: options.maxInstructions,
    realPace: isRealPace(options),
  });
  explain(end, options);
  report(system, options);
  context.setExitStatus(statusOf(end));
}

export const runCommand: CommandDefinition = {
  define(program: Command, context: CommandContext) {
    addRunOptions(program.command('run'))
      .description('run a Linux riscv64 program')
      .argument('<PROGRAM>', "a guest path, or a name to be found in the guest's PATH")
      .argument('[ARGUMENTS...]', 'its arguments')
      .passThroughOptions()
      .action((name: string, args: string[], options: RunOptions) => run(context, name, args, options));
  },
};
