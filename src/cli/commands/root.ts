/** `polykernel root debian`: makes a root of Debian's riscv64 packages, with the machine's own apt. */
import type { Command } from 'commander';
import { buildDebianRoot, DebianToolError } from '../../host/node/debian/index.ts';
import { type CommandContext, type CommandDefinition, CommandFailure } from '../command-line.ts';

interface RootOptions {
  readonly packages: string;
  readonly suite: string;
  readonly output: string;
}

async function build(context: CommandContext, { packages, suite, output }: RootOptions): Promise<void> {
  const names = packages.split(',').filter((name) => name !== '');
  if (names.length === 0) throw new CommandFailure('--packages names no package', 2);
  try {
    const report = (line: string) => process.stderr.write(`${line}\n`);
    const { files, bytes } = await buildDebianRoot({ packages: names, suite, output, report });
    context.print(`${output}: ${files} files, ${(bytes / 2 ** 20).toFixed(1)} MiB\n`);
  } catch (error) {
    if (error instanceof DebianToolError) throw new CommandFailure(error.message);
    throw error;
  }
}

export const rootCommand: CommandDefinition = {
  define(program: Command, context: CommandContext) {
    program
      .command('root')
      .description("make a root of a distribution's packages")
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
