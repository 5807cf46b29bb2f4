/** `polykernel demo`: what the structures are known for, shown by runs. */
import { type Command, Option } from 'commander';
import { builtInLayer, memoryDisk, nodeWorld, serverProgram } from '../../host/node/index.ts';
import {
  DEMONSTRATIONS,
  DEVICE_NODES,
  type Demonstration,
  demonstrationNamed,
  type Findings,
  findingsText,
  laboratory,
  MountKind,
  type PartsMaker,
  PROFILES,
  profileNamed,
  roundRobin,
  structureNamed,
} from '../../workbench/index.ts';
import { type CommandContext, type CommandDefinition, CommandFailure } from '../command-line.ts';
import { wholeNumber } from './run-options.ts';

interface DemoOptions {
  readonly seed: number;
  readonly profile: string;
  readonly json?: boolean;
}

/** Where an experiment's disk is. */
const DISK = { path: '/disk', kind: MountKind.disk, layer: 0, flags: 0 };
const MEMORY = 64 * 1024 * 1024;

/** A machine for an experiment: the built-in programs, and folders in memory. */
export function demonstrationParts(): PartsMaker {
  const programs = builtInLayer();
  return (experiment, console, say) => {
    const { structure, command, profile, seed, faults = [], disk } = experiment;
    const disks = disk === undefined ? [] : [memoryDisk(disk, 'of the demonstration')];
    const folder = (path: string) => ({ path, kind: MountKind.memory, layer: 0, flags: 0 });
    return {
      profile: profileNamed(profile),
      structure: structureNamed(structure),
      policy: (ground, store) => roundRobin(ground, store),
      harts: 1,
      memory: MEMORY,
      modelTranslation: true,
      seed,
      world: { ...nodeWorld({ layers: [programs], console }), disks },
      plan: {
        mounts: [
          { path: '/', kind: MountKind.overlay, layer: 0, flags: 0 },
          folder('/dev'),
          folder('/tmp'),
          ...disks.map(() => DISK),
        ],
        nodes: DEVICE_NODES,
        programs: [command[0] ?? ''],
        arguments: command,
        environment: ['PATH=/bin'],
        directory: '/',
        user: 0,
        group: 0,
        epoch: 1_704_067_200,
      },
      serverProgram,
      faults,
      say,
    };
  };
}

function list(): string {
  const column = (of: (demonstration: Demonstration) => string) =>
    Math.max(...DEMONSTRATIONS.map((demonstration) => of(demonstration).length)) + 2;
  const [names, structures] = [column(({ name }) => name), column(({ structure }) => structure)];
  return DEMONSTRATIONS.map(
    ({ name, structure, tagline }) => `${name.padEnd(names)}${structure.padEnd(structures)}${tagline}\n`,
  ).join('');
}

function describeAll() {
  return DEMONSTRATIONS.map(({ name, structure, tagline, lookAt }) => ({ name, structure, tagline, lookAt }));
}

function chosen(name: string): Demonstration {
  try {
    return demonstrationNamed(name);
  } catch (error) {
    throw new CommandFailure((error as Error).message, 2);
  }
}

async function demonstrate(
  { name, structure, tagline, lookAt, run }: Demonstration,
  { seed, profile, json }: DemoOptions,
  context: CommandContext,
): Promise<void> {
  if (!json) context.print(`${name}: ${tagline}\n\n${lookAt.map((line) => `  ${line}\n`).join('')}\n`);
  const findings: Findings = await run(laboratory(demonstrationParts()), { seed, profile });
  if (json)
    context.print(`${JSON.stringify({ name, structure, seed, profile, lookAt, ...findings }, null, 2)}\n`);
  else context.print(findingsText(findings));
  if (findings.claims.some(({ holds }) => !holds)) context.setExitStatus(1);
}

export const demoCommand: CommandDefinition = {
  define(program: Command, context: CommandContext) {
    program
      .command('demo')
      .description('list the demonstrations, or run one: what a structure is known for, measured')
      .argument('[NAME]', 'a demonstration')
      .option('--seed <N>', 'where faults happen', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
      .addOption(
        new Option('--profile <NAME>', 'the machine profile')
          .choices(PROFILES.map(({ name }) => name))
          .default('pentium-133'),
      )
      .option('--json', 'as JSON')
      .action(async (name: string | undefined, options: DemoOptions) => {
        if (name !== undefined) return demonstrate(chosen(name), options, context);
        context.print(options.json ? `${JSON.stringify(describeAll(), null, 2)}\n` : list());
      });
  },
};
