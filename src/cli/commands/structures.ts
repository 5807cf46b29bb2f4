/** `polykernel structures`: the structures, or one with its picture and its traits as measured. */
import type { Command } from 'commander';
import { builtInLayer, nodeWorld, serverProgram } from '../../host/node/index.ts';
import {
  DEVICE_NODES,
  MECHANISMS,
  MountKind,
  measureTraits,
  profileNamed,
  recordingConsole,
  roundRobin,
  type ScriptParts,
  STRUCTURES,
  type Structure,
  System,
  structureNamed,
  type Traits,
  textPicture,
} from '../../workbench/index.ts';
import { type CommandContext, type CommandDefinition, CommandFailure } from '../command-line.ts';

const MEMORY = 64 * 1024 * 1024;
const WIDTH = 88;

const scriptParts: ScriptParts = (structure, script, harts, faults) => {
  const console = recordingConsole(new Uint8Array(0));
  return {
    profile: profileNamed('modern'),
    structure,
    policy: (ground, store) => roundRobin(ground, store),
    harts,
    memory: MEMORY,
    modelTranslation: true,
    seed: 1,
    world: nodeWorld({ layers: [builtInLayer(['bin', 'demos'])], console }),
    serverProgram,
    plan: {
      mounts: [
        { path: '/', kind: MountKind.overlay, layer: 0, flags: 0 },
        { path: '/dev', kind: MountKind.memory, layer: 0, flags: 0 },
      ],
      nodes: DEVICE_NODES,
      programs: ['/bin/sh'],
      arguments: ['sh', '-c', script.startsWith('null-call') ? `exec /demos/${script}` : script],
      environment: ['PATH=/bin:/demos'],
      directory: '/',
      user: 0,
      group: 0,
      epoch: 1_704_067_200,
    },
    faults,
    say: () => undefined,
  };
};

function list(): string {
  return STRUCTURES.map(({ name, tagline }) => `${name.padEnd(14)} ${tagline}\n`).join('');
}

function wrapped(text: string): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}

function seconds(value: number | null, otherwise: string): string {
  if (value === null) return otherwise;
  return value < 1e-3
    ? `${(value * 1e6).toPrecision(3)} microseconds`
    : `${(value * 1e3).toPrecision(3)} milliseconds`;
}

function traitLines(traits: Traits): string[] {
  const { protection, performance, flexibility, scalability, agility, responsiveness } = traits;
  const times = (value: number | null, what: string): string =>
    value === null ? 'not measured: it has no fork' : `${value.toFixed(2)} ${what}`;
  return [
    `protection      ${protection.contained} of ${protection.injected} faults contained`,
    `performance     ${times(performance, "times the monolithic structure's cycles")}`,
    `flexibility     ${flexibility.outside} of ${flexibility.services} services can be replaced without the kernel's privilege`,
    `scalability     ${times(scalability, 'times as fast on four harts as on one')}`,
    `agility         ${seconds(agility, 'a dead file server is the end')}${agility === null ? '' : ' from the death of the file server until its work was made up for'}`,
    `responsiveness  ${seconds(responsiveness, 'not measured')} from the shortest request to its answer`,
  ];
}

function options({ options: own = {}, mechanisms }: Structure): string[] {
  const lines = Object.entries(own).map(([option, about]) => `  ${option}=...  ${about}`);
  if (mechanisms !== undefined)
    lines.push(
      '  without=...  without these, of:',
      ...mechanisms.map((name) => `    ${name.padEnd(18)} ${MECHANISMS[name]}`),
    );
  return lines.length === 0 ? [] : ['', 'options, as in --structure NAME:option=value', ...lines];
}

async function describe(structure: Structure): Promise<string> {
  const traits = await measureTraits(structure, structureNamed('monolithic'), scriptParts);
  const services = System.start(scriptParts(structure, 'true', 1, [])).kernel.registry.services.map(
    ({ name }) => name,
  );
  return [
    `${structure.name}: ${structure.tagline}`,
    '',
    wrapped(structure.description),
    '',
    textPicture(structure, services, []),
    'traits, as measured now (modern profile, translation caches modelled)',
    ...traitLines(traits).map((line) => `  ${line}`),
    ...(structure.refusals?.fork === undefined ? [] : ['', `fork is refused: ${structure.refusals.fork}`]),
    ...options(structure),
    '',
  ].join('\n');
}

export const structuresCommand: CommandDefinition = {
  define(program: Command, context: CommandContext) {
    program
      .command('structures')
      .description('list the structures, or explain one: its picture, its traits as measured, its options')
      .argument('[NAME]', 'a structure, with options if wanted')
      .option('--json', 'as JSON')
      .action(async (name: string | undefined, { json }: { json?: boolean }) => {
        if (name === undefined) {
          const rows = STRUCTURES.map(({ name: known, tagline, description }) => ({
            name: known,
            tagline,
            description,
          }));
          context.print(json ? `${JSON.stringify(rows, null, 2)}\n` : list());
          return;
        }
        let structure: Structure;
        try {
          structure = structureNamed(name);
        } catch (error) {
          throw new CommandFailure((error as Error).message, 2);
        }
        if (!json) return context.print(await describe(structure));
        const traits = await measureTraits(structure, structureNamed('monolithic'), scriptParts);
        const { tagline, description, domains } = structure;
        context.print(`${JSON.stringify({ name, tagline, description, domains, traits }, null, 2)}\n`);
      });
  },
};
