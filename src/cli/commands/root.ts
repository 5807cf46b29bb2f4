/** `polykernel root debian`: makes a root of Debian's riscv64 packages, with the machine's own apt. */
import { readdirSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { buildDebianRoot, DebianNameError, DebianToolError } from '../../host/node/debian/index.ts';
import { type CommandContext, type CommandDefinition, CommandFailure } from '../command-line.ts';
import { checkWritable } from './output-file.ts';

interface RootOptions {
  readonly packages: string;
  readonly suite: string;
  readonly output: string;
}

const USAGE = 2;

/** Refuses a place where no root can be written, before anything is fetched. */
function checkOutput(output: string): void {
  if (output.endsWith('.tar')) {
    checkWritable('--output', output);
    return;
  }
  const found = output === '' ? undefined : statSync(output, { throwIfNoEntry: false });
  const isFree = found === undefined || (found.isDirectory() && readdirSync(output).length === 0);
  if (output === '' || !isFree)
    throw new CommandFailure(
      `--output ${output || "''"}: it must be a new or empty directory, or a name that ends in .tar`,
      USAGE,
    );
}

async function build(context: CommandContext, { packages, suite, output }: RootOptions): Promise<void> {
  const names = packages.split(',').filter((name) => name !== '');
  if (names.length === 0) throw new CommandFailure('--packages names no package', USAGE);
  checkOutput(output);
  try {
    const report = (line: string) => process.stderr.write(`${line}\n`);
    const { files, bytes } = await buildDebianRoot({ packages: names, suite, output, report });
    context.print(`${output}: ${files} files, ${(bytes / 2 ** 20).toFixed(1)} MiB\n`);
  } catch (error) {
    if (error instanceof DebianToolError) throw new CommandFailure(error.message);
    if (error instanceof DebianNameError) throw new CommandFailure(error.message, USAGE);
    if ((error as NodeJS.ErrnoException).code !== undefined)
      throw new CommandFailure(`--output ${output}: ${(error as Error).message}`);
    throw error;
  }
}

export const rootCommand: CommandDefinition = {
  define(program: Command, context: CommandContext) {
    program
      .command('root')
      .description("make a root of a distribution's packages")
      .action(() => {
        throw new CommandFailure('root needs to know of what: polykernel root debian --help says how', USAGE);
      })
      .command('debian')
      .description(
        "unpack Debian's riscv64 packages and what they need, from the mirror that this machine's apt uses",
      )
      .requiredOption('--packages <NAMES>', 'packages, separated by commas')
      .option('--suite <NAME>', 'the release', 'trixie')
      .requiredOption('-o, --output <DIR|FILE.tar>', 'where the root goes')
      .action((options: RootOptions) => build(context, options));
  },
};
