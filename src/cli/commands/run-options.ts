/** The options of `run`, shared by the commands that start a machine, and their checks. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  DISK_PROFILES,
  FAULT_KINDS,
  type FaultPlan,
  type HintPlan,
  hintOf,
  MOST_HINTS,
  POLICIES,
  PROFILES,
  policyNamed,
  REPLACEMENT_POLICIES,
  SERVICE_NAMES,
  STRUCTURES,
  structureNamed,
  TIMELINE_ENDINGS,
  timelineEnding,
} from '../../workbench/index.ts';

import { isPolicyFile } from './policy-file.ts';

export interface RunOptions {
  readonly root?: string;
  readonly mount: readonly string[];
  readonly disk: readonly string[];
  readonly diskModel?: string;
  readonly cachePolicy: string;
  readonly cacheBlocks?: number;
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: { readonly user: number; readonly group: number };
  readonly structure: string;
  readonly scheduler?: string;
  readonly hint?: readonly HintPlan[];
  readonly constraints?: string;
  readonly profile: string;
  readonly tlb: 'on' | 'off';
  readonly harts: number;
  readonly memory: number;
  readonly seed: number;
  readonly epoch: number;
  readonly pace?: 'virtual' | 'real';
  readonly maxInstructions: number;
  readonly maxProcesses?: number;
  readonly maxFiles?: number;
  readonly engine: 'interpreter' | 'translator' | 'auto';
  /** False: nothing that was translated is taken from earlier runs or kept for later ones. */
  readonly kept?: boolean;
  readonly strace?: boolean;
  readonly straceTo?: string;
  readonly stats?: boolean;
  readonly statsJson?: string;
  readonly timeline?: string;
  readonly snapshotAt?: number;
  readonly snapshot?: string;
  readonly panicSnapshot?: string;
  readonly price: readonly string[];
  readonly fault: readonly FaultPlan[];
}

/** 2024-01-01T00:00:00Z: guest time starts there unless told otherwise, so that runs are alike. */
const DEFAULT_EPOCH = 1_704_067_200;
const MEBIBYTE = 1024 * 1024;
const LEAST_MEMORY = 8 * MEBIBYTE;
const MOST_MEMORY = 3584 * MEBIBYTE;
const MOST_HARTS = 32;
/** Numbers of processes end there; more files than a descriptor table can name. */
const MOST_PROCESSES = 32_768;
const MOST_FILES = 10_000_000;

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`it must be a whole number from ${least} to ${most}.`);
    return value;
  };
}

const UNITS: { readonly [unit: string]: number } = { K: 1024, M: MEBIBYTE, G: 1024 * MEBIBYTE };

function bytes(text: string): number {
  const match = /^(\d+)([KMG])?$/i.exec(text);
  const value = match ? Number(match[1]) * (UNITS[(match[2] ?? '').toUpperCase()] ?? 1) : Number.NaN;
  if (!(value >= LEAST_MEMORY && value <= MOST_MEMORY))
    throw new InvalidArgumentError('it must be a size such as 512M, from 8M to 3584M.');
  return Math.floor(value / 4096) * 4096;
}

function structureSpecification(text: string): string {
  try {
    structureNamed(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
  return text;
}

function schedulerSpecification(text: string): string {
  if (isPolicyFile(text)) return text;
  try {
    policyNamed(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
  return text;
}

function fault(text: string, earlier: readonly FaultPlan[]): readonly FaultPlan[] {
  const [, service = '', kind = '', at = ''] = /^([^:]+):([^@]+)@(\d{1,15})$/.exec(text) ?? [];
  const known = FAULT_KINDS.find((candidate) => candidate === kind);
  if (!(SERVICE_NAMES as readonly string[]).includes(service) || known === undefined || Number(at) < 1)
    throw new InvalidArgumentError(
      `it must be SERVICE:KIND@N, such as files:crash@100; services are ${SERVICE_NAMES.join(', ')}; kinds are ${FAULT_KINDS.join(', ')}.`,
    );
  return [...earlier, { service, kind: known, at: Number(at) }];
}

function timelineFile(text: string): string {
  if (timelineEnding(text) === undefined)
    throw new InvalidArgumentError(`it must end in one of ${TIMELINE_ENDINGS.join(', ')}.`);
  return text;
}

/** Adds what only `run` records. */
export function addTimelineOption(command: Command): Command {
  return command.option(
    '--timeline <FILE>',
    `record what each thread and hart does, as a page, a picture, or a trace for ui.perfetto.dev, by the file's ending: ${TIMELINE_ENDINGS.join(', ')}`,
    timelineFile,
  );
}

function userAndGroup(text: string): { user: number; group: number } {
  const match = /^(\d{1,9})(?::(\d{1,9}))?$/.exec(text);
  if (!match) throw new InvalidArgumentError('it must be UID or UID:GID, in numbers.');
  const user = Number(match[1]);
  return { user, group: match[2] === undefined ? user : Number(match[2]) };
}

/** Is a text NAME=VALUE? */
export function isAssignment(text: string): boolean {
  return /^[^=]+=/.test(text);
}

function assignment(text: string, before: readonly string[]): readonly string[] {
  if (!isAssignment(text)) throw new InvalidArgumentError('it must be NAME=VALUE.');
  return [...before, text];
}

function hint(text: string, earlier: readonly HintPlan[]): readonly HintPlan[] {
  if (earlier.length === MOST_HINTS) throw new InvalidArgumentError(`there are at most ${MOST_HINTS}.`);
  try {
    return [...earlier, hintOf(text)];
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text];

/** What the guest sees: files, environment, user. */
function addGuestOptions(command: Command): Command {
  return command
    .option(
      '--root <DIR|FILE.tar>',
      "the guest's files, not changed; without it the built-in programs in /bin",
    )
    .option('--mount <HOST:GUEST[:ro]>', 'a host directory seen in the guest (repeatable)', collect, [])
    .option(
      '--disk <FILE[:ro][@/PLACE]>',
      'a disk with an ext2 filesystem in a host file, mounted at /mnt/disk, or at PLACE; changes to one that is :ro are not kept (repeatable)',
      collect,
      [],
    )
    .option(
      '--env <NAME=VALUE>',
      'an environment variable; nothing of the host leaks in (repeatable)',
      assignment,
      [],
    )
    .option('--cwd <DIR>', 'the guest directory to start in', '/')
    .option('--user <UID[:GID]>', 'whom the program runs as', userAndGroup, { user: 0, group: 0 });
}

/** Disks' mechanics, and their cache. */
function addDiskOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--disk-model <NAME>',
        "the disks' mechanics (default: ssd, hp97560 on profiles of the nineties)",
      ).choices(names(DISK_PROFILES)),
    )
    .addOption(
      new Option('--cache-policy <NAME>', 'which block makes way in the block cache')
        .choices(names(REPLACEMENT_POLICIES))
        .default('lru'),
    )
    .option(
      '--cache-blocks <N>',
      'blocks of 4 KiB in the block cache (default: a sixteenth of RAM)',
      wholeNumber(8, 1_000_000),
    );
}

const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

/** What the guest may use at most, beside RAM. */
function addLimitOptions(command: Command): Command {
  return command
    .option(
      '--max-instructions <N>',
      'end after this many (status 124)',
      wholeNumber(1, Number.MAX_SAFE_INTEGER),
      Number.POSITIVE_INFINITY,
    )
    .option(
      '--max-processes <N>',
      'processes and threads at once (default: one for 128 KiB of RAM)',
      wholeNumber(1, MOST_PROCESSES),
    )
    .option('--max-files <N>', 'open files at once, of all processes', wholeNumber(3, MOST_FILES));
}

/** Adds the options of a machine to a command. */
export function addRunOptions(
  command: Command,
  defaults: { readonly tlb: 'on' | 'off' } = { tlb: 'off' },
): Command {
  addDiskOptions(addGuestOptions(command));
  addMachineOptions(command, defaults.tlb);
  addLimitOptions(command);
  return addReportOptions(command);
}

function addMachineOptions(command: Command, tlb: 'on' | 'off'): void {
  command
    .addOption(
      new Option(
        '--structure <NAME[:OPTION=VALUE]>',
        `the operating-system structure: ${names(STRUCTURES).join(', ')}`,
      )
        .argParser(structureSpecification)
        .default('monolithic'),
    )
    .addOption(
      new Option(
        '--scheduler <NAME[:KEY=VALUE,...]>',
        `the scheduling policy, times in cycles: ${names(POLICIES).join(', ')}; or a file of your own, ./mine.ts, whose code is trusted`,
      )
        .argParser(schedulerSpecification)
        .default('rr'),
    )
    .option(
      '--hint <NAME:KEY=VALUE,...>',
      'what scheduling policies may know of a program, times in cycles: burst, deadline, period, slice, latency, priority, tickets, extra, nice, hart (repeatable)',
      hint,
      [],
    )
    .addOption(
      new Option('--profile <NAME>', 'the machine profile').choices(names(PROFILES)).default('modern'),
    )
    .addOption(
      new Option('--tlb <on|off>', 'model the translation caches').choices(['on', 'off']).default(tlb),
    )
    .option('--harts <N>', 'hardware threads', wholeNumber(1, MOST_HARTS), 1)
    .option('--memory <SIZE>', 'RAM', bytes, 512 * MEBIBYTE)
    .option('--seed <N>', 'seed of randomness and free choices', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option(
      '--epoch <SECONDS>',
      'guest time at the start, since 1970',
      wholeNumber(0, 4_102_444_800),
      DEFAULT_EPOCH,
    )
    .addOption(
      new Option(
        '--pace <virtual|real>',
        'does sleeping take time? (default: real on a terminal, else virtual)',
      ).choices(['virtual', 'real']),
    )
    .addOption(
      new Option('--engine <NAME>', 'how code is executed; auto translates what is executed often')
        .choices(['interpreter', 'translator', 'auto'])
        .default('auto'),
    )
    .option('--no-kept', 'take no translated code from earlier runs of the same command, and keep none')
    .option(
      '--fault <SERVICE:KIND@N>',
      `at the Nth request to a service it goes wrong (repeatable): ${FAULT_KINDS.join(', ')}`,
      fault,
      [],
    );
}

/** What a run tells besides the program's output. */
function addReportOptions(command: Command): Command {
  return command
    .option('--strace', 'show system calls on standard error, as strace does')
    .option('--strace-to <FILE>', 'write them to a file instead')
    .option(
      '--constraints <FILE>',
      'timing constraints on threads (JSON or YAML): every violation is said with its instant and who ran',
    )
    .option('--price <PRIMITIVE=CYCLES>', 'another price for a primitive (repeatable)', assignment, [])
    .option(
      '--snapshot-at <N>',
      'take a snapshot after this many instructions, and go on',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option('--snapshot <FILE>', 'where the snapshot goes')
    .option('--panic-snapshot <FILE>', 'where the machine goes if polykernel itself fails')
    .option('--stats', 'show where the cycles went and how threads were scheduled, on standard error')
    .option('--stats-json <FILE>', 'write the figures as JSON');
}
