/** `polykernel resume`: goes on with a machine where a snapshot was taken. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { factsOf, noteOf, resumeSnapshot, SnapshotError } from '../../workbench/index.ts';
import { type CommandContext, type CommandDefinition, CommandFailure } from '../command-line.ts';
import { machineParts } from './machine.ts';
import { runMachine, type SnapshotNote } from './run.ts';

interface ResumeOptions {
  readonly stats?: boolean;
  readonly statsJson?: string;
  readonly maxInstructions?: string;
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CommandFailure(`${file}: ${(error as Error).message}`);
  }
}

/** A note as `run` left it; numbers without end come back from JSON as null. */
function noteFrom(bytes: Uint8Array): SnapshotNote {
  const note = noteOf(bytes) as SnapshotNote | null;
  if (note === null || typeof note !== 'object' || note.options === undefined)
    throw new SnapshotError('it was not taken by polykernel run');
  return note;
}

async function resume(file: string, given: ResumeOptions): Promise<number> {
  const bytes = read(file);
  try {
    const { options: before, program, arguments: args } = noteFrom(bytes);
    const { snapshotAt: _at, snapshot: _file, stats: _stats, statsJson: _json, ...kept } = before;
    const maxInstructions =
      given.maxInstructions === undefined ? Number.POSITIVE_INFINITY : Number(given.maxInstructions);
    const options = { ...kept, ...given, maxInstructions };
    const system = resumeSnapshot(
      bytes,
      machineParts(options, program, args, undefined, factsOf(bytes).outside),
    );
    return await runMachine(system, { options, program, arguments: args });
  } catch (error) {
    if (error instanceof SnapshotError) throw new CommandFailure(`${file}: ${error.message}`);
    throw error;
  }
}

export const resumeCommand: CommandDefinition = {
  define(program: Command, context: CommandContext) {
    program
      .command('resume')
      .description('go on where a snapshot was taken, and in input that is a file where it was read')
      .argument('<FILE>', 'a snapshot of run --snapshot')
      .option('--max-instructions <N>', 'end after this many in all (status 124)')
      .option('--stats', 'show where the cycles went, on standard error')
      .option('--stats-json <FILE>', 'write the figures as JSON')
      .action(async (file: string, options: ResumeOptions) => {
        context.setExitStatus(await resume(file, options));
      });
  },
};
