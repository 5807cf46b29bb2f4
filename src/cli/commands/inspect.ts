/** `polykernel inspect`: shows what a machine's memory tells, of a snapshot or at an instant of a run. */
import { type Command, InvalidArgumentError } from 'commander';
import { writeAll } from '../../host/node/index.ts';
import {
  INSPECTION_PARTS,
  type InspectionChoice,
  type InspectionPart,
  inspect,
  inspectableMachine,
  inspectionText,
  type RunEnd,
  runToEnd,
  System,
  type SystemParts,
} from '../../workbench/index.ts';
import { type CommandContext, type CommandDefinition, CommandFailure } from '../command-line.ts';
import { PANIC_STATUS, panic } from '../panic.ts';
import { machineParts, policyOf } from './machine.ts';
import { addRunOptions, type RunOptions, wholeNumber } from './run-options.ts';
import { withSnapshot } from './snapshot-file.ts';

interface InspectOptions extends RunOptions {
  readonly at?: number;
  readonly atCycle?: number;
  readonly process?: number;
  readonly part?: readonly InspectionPart[];
  readonly json?: boolean;
  readonly region?: number;
}

const USAGE = 2;

function partNamed(text: string, before: readonly InspectionPart[] = []): readonly InspectionPart[] {
  const chosen = text.split(',').map((name) => {
    const part = INSPECTION_PARTS.find((known) => known === name);
    if (part === undefined) throw new InvalidArgumentError(`the parts are ${INSPECTION_PARTS.join(', ')}.`);
    return part;
  });
  return [...before, ...chosen];
}

/** What the program prints goes to standard error: standard output is the inspection's. */
function besideOutput(parts: SystemParts): SystemParts {
  const { console } = parts.world;
  const send = (_stream: 1 | 2, bytes: Uint8Array) => writeAll(2, bytes);
  return { ...parts, world: { ...parts.world, console: Object.create(console, { send: { value: send } }) } };
}

/** Runs to the instant asked for; undefined after a panic, which has been told. */
async function runTo(system: System, { at, atCycle }: InspectOptions): Promise<RunEnd | undefined> {
  try {
    return await runToEnd(system, {
      maxInstructions: at ?? Number.POSITIVE_INFINITY,
      realPace: false,
      ...(atCycle !== undefined && { untilCycle: atCycle }),
    });
  } catch (error) {
    panic(system, error, { note: null, snapshot: undefined });
    return undefined;
  }
}

/** A machine that has run up to the instant asked for. */
async function machineAt(
  program: string,
  args: readonly string[],
  options: InspectOptions,
): Promise<System | undefined> {
  const { at, atCycle } = options;
  const policy = policyOf(options);
  const system = System.start(besideOutput(machineParts(options, program, args, undefined, { policy })));
  const end = await runTo(system, options);
  if (end === undefined) return undefined;
  if (end.reason !== 'instructions') {
    const how = end.reason === 'ended' ? 'the program has ended' : 'nothing can happen any more';
    process.stderr.write(
      `polykernel: ${how} before ${at === undefined ? `cycle ${atCycle}` : `instruction ${at}`}\n`,
    );
  }
  return system;
}

/** Prints what the translator makes of the code at an address of the program that runs at this instant. */
function showRegion(system: System, address: number, print: CommandContext['print']): void {
  const text = system.processor.describeRegion(address);
  if (text === undefined)
    throw new CommandFailure(`no code that was executed lately is at 0x${address.toString(16)}`, USAGE);
  print(text);
}

function addressFrom(text: string): number {
  const address = Number(text.startsWith('0x') ? text : `0x${text}`);
  if (!Number.isSafeInteger(address) || address % 2 !== 0)
    throw new InvalidArgumentError('an address of code is a hexadecimal number that is even.');
  return address;
}

function show(system: System, options: InspectOptions, print: CommandContext['print']): void {
  const choice: InspectionChoice = { parts: options.part, process: options.process };
  const found = inspect(system, choice);
  print(options.json ? `${JSON.stringify(found, null, 2)}\n` : inspectionText(found, choice));
}

export const inspectCommand: CommandDefinition = {
  define(program: Command, context: CommandContext) {
    const number = wholeNumber(0, Number.MAX_SAFE_INTEGER);
    addRunOptions(program.command('inspect'))
      .description(
        'show processes, threads, kernel stacks and tables of a snapshot, or at an instant of a run',
      )
      .argument('<FILE|PROGRAM>', 'a snapshot; with --at or --at-cycle, a program as for run, behind --')
      .argument('[ARGUMENTS...]', "the program's arguments")
      .option('--at <N>', 'run a program, and look after so many instructions', number)
      .option('--at-cycle <N>', 'run a program, and look at this cycle', number)
      .option('--process <PID>', 'show only this process', number)
      .option('--part <NAME>', `only ${INSPECTION_PARTS.join(', ')} (repeatable)`, partNamed)
      .option('--json', 'as JSON')
      .option(
        '--region <ADDRESS>',
        'only what the translator makes of the code at an address; with --at',
        addressFrom,
      )
      .action(async (first: string, args: string[], options: InspectOptions) => {
        const isRun = options.at !== undefined || options.atCycle !== undefined;
        if (!isRun && args.length > 0)
          throw new CommandFailure('inspect takes one snapshot, or --at with a program', USAGE);
        const { region } = options;
        if (region !== undefined && !isRun)
          throw new CommandFailure('--region goes with --at or --at-cycle', USAGE);
        const engine = region === undefined ? options.engine : 'translator';
        const system = isRun
          ? await machineAt(first, args, { ...options, engine })
          : withSnapshot(first, (bytes) => inspectableMachine(bytes));
        if (system === undefined) context.setExitStatus(PANIC_STATUS);
        else if (region !== undefined) showRegion(system, region, context.print);
        else show(system, options, context.print);
      });
  },
};
