/** `polykernel resume`: goes on with a machine where a snapshot was taken. */
import type { Command } from 'commander';
import { type ChosenPolicy, factsOf, resumeSnapshot, type System } from '../../workbench/index.ts';
import { type CommandContext, type CommandDefinition, CommandFailure } from '../command-line.ts';
import { machineParts, policyOf } from './machine.ts';
import { isPolicyFile } from './policy-file.ts';
import { checkOutputs, runMachine, type SnapshotNote } from './run.ts';
import { wholeNumber } from './run-options.ts';
import { noteIn, withSnapshot } from './snapshot-file.ts';

interface ResumeOptions {
  readonly scheduler?: string;
  readonly stats?: boolean;
  readonly statsJson?: string;
  readonly panicSnapshot?: string;
  readonly maxInstructions: number;
}

/** The machine of a snapshot, with what its command line was, but for what is given now. */
function machineOf(
  bytes: Uint8Array,
  given: ResumeOptions,
  policy: ChosenPolicy,
): { system: System; note: SnapshotNote } {
  const { options: before, program, arguments: args } = noteIn(bytes);
  const options = { ...before, ...given };
  const parts = machineParts(options, program, args, undefined, {
    policy,
    progress: factsOf(bytes).outside,
  });
  return { system: resumeSnapshot(bytes, parts), note: { options, program, arguments: args } };
}

/** A snapshot's word is not enough to run code of the host's: a policy in a file must be named here too. */
function policyFor(file: string, { scheduler }: ResumeOptions): ChosenPolicy {
  const { options } = withSnapshot(file, noteIn);
  const wanted = options.scheduler ?? 'rr';
  if (isPolicyFile(wanted) && scheduler !== wanted)
    throw new CommandFailure(
      `${file}: its policy is code in ${wanted}: if you trust that, say --scheduler ${wanted}`,
      2,
    );
  if (scheduler !== undefined && scheduler !== wanted)
    throw new CommandFailure(`${file}: its policy is ${wanted} and cannot become another one`, 2);
  return policyOf(options);
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
      .option('--scheduler <FILE>', 'the policy of the snapshot, where it is in a file of your own')
      .option('--panic-snapshot <FILE>', 'where the machine goes if polykernel itself fails')
      .option('--stats', 'show where the cycles went, on standard error')
      .option('--stats-json <FILE>', 'write the figures as JSON')
      .action(async (file: string, options: ResumeOptions) => {
        checkOutputs(options);
        const policy = policyFor(file, options);
        const { system, note } = withSnapshot(file, (bytes) => machineOf(bytes, options, policy));
        context.setExitStatus(await runMachine(system, note));
      });
  },
};
