/** `polykernel profiles`: the machine profiles, every price with its source. */
import type { Command } from 'commander';
import { PROFILES, profileNamed } from '../../workbench/index.ts';
import { type CommandContext, type CommandDefinition, CommandFailure } from '../command-line.ts';

function list(): string {
  return PROFILES.map(({ name, title }) => `${name.padEnd(14)} ${title}\n`).join('');
}

function describe(name: string): string {
  const { title, hertz, prices, instructionCache, dataCache, taggedTranslation, quantum } =
    profileNamed(name);
  const rows = Object.entries(prices).map(
    ([primitive, { cycles, source }]) => `  ${primitive.padEnd(26)} ${String(cycles).padStart(6)}  ${source}`,
  );
  const cache = ({ entries, ways, source }: typeof dataCache) =>
    `${entries} entries, ${ways} ways (${source})`;
  return [
    `${name}: ${title}`,
    `  clock ${hertz / 1e6} MHz, quantum ${quantum} cycles, translation caches ${taggedTranslation ? 'tagged' : 'not tagged'}`,
    `  instruction TLB ${cache(instructionCache)}`,
    `  data TLB ${cache(dataCache)}`,
    '  cycles for one:',
    ...rows,
    '',
  ].join('\n');
}

export const profilesCommand: CommandDefinition = {
  define(program: Command, context: CommandContext) {
    program
      .command('profiles')
      .description('list the machine profiles, or one with its prices and their sources')
      .argument('[NAME]', 'a profile')
      .option('--json', 'as JSON')
      .action((name: string | undefined, { json }: { json?: boolean }) => {
        try {
          const chosen = name === undefined ? PROFILES : [profileNamed(name)];
          if (json) context.print(`${JSON.stringify(chosen, null, 2)}\n`);
          else context.print(name === undefined ? list() : describe(name));
        } catch (error) {
          throw new CommandFailure((error as Error).message, 2);
        }
      });
  },
};
