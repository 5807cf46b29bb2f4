/** `polykernel resume`: goes on with a machine where a snapshot was taken. */
import type { Command } from 'commander';
import { factsOf, resumeSnapshot, type System } from '../../workbench/index.ts';
import type { CommandContext, CommandDefinition } from '../command-line.ts';
import { machineParts } from './machine.ts';
import { checkOutputs, runMachine, type SnapshotNote } from './run.ts';
import { wholeNumber } from './run-options.ts';
import { noteIn, withSnapshot } from './snapshot-file.ts';

interface ResumeOptions {
  readonly stats?: boolean;
  readonly statsJson?: string;
  readonly panicSnapshot?: string;
  readonly maxInstructions: number;
}

/** The machine of a snapshot, with what its command line was, but for what is given now. */
function machineOf(bytes: Uint8Array, given: ResumeOptions): { system: System; note: SnapshotNote } {
  const { options: before, program, arguments: args } = noteIn(bytes);
  const options = { ...before, ...given };
  const parts = machineParts(options, program, args, undefined, factsOf(bytes).outside);
  return { system: resumeSnapshot(bytes, parts), note: { options, program, arguments: args } };
}

export const resumeCommand: CommandDefinition = {
  define(program: Command, context: CommandContext) {
    program
      .command('resume')
      .description('go on where a snapshot was taken, and in input that is a file where it was read')
      .argument('<FILE>', 'a snapshot of run --snapshot')
      .option(
        '--max-instructions <N>',
        'end after this many in all (status 124)',
        wholeNumber(1, Number.MAX_SAFE_INTEGER),
        Number.POSITIVE_INFINITY,
      )
      .option('--panic-snapshot <FILE>', 'where the machine goes if polykernel itself fails')
      .option('--stats', 'show where the cycles went, on standard error')
      .option('--stats-json <FILE>', 'write the figures as JSON')
      .action(async (file: string, options: ResumeOptions) => {
        checkOutputs(options);
        const { system, note } = withSnapshot(file, (bytes) => machineOf(bytes, options));
        context.setExitStatus(await runMachine(system, note));
      });
  },
};
