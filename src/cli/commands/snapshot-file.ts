/**
 * Snapshots as files that come from anywhere: reading one, and the command line that it keeps. Whatever does not hold is one
 * line and status 2. Nothing that a snapshot says makes polykernel write to a file of the host's but what its machine has
 * mounted or has as a disk.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import {
  checkMagic,
  DISK_PROFILES,
  FAULT_KINDS,
  noteOf,
  PROFILES,
  policyNamed,
  REPLACEMENT_POLICIES,
  SERVICE_NAMES,
  SnapshotError,
  structureNamed,
} from '../../workbench/index.ts';
import { CommandFailure } from '../command-line.ts';
import { isPolicyFile } from './policy-file.ts';
import type { SnapshotNote } from './run.ts';
import { isAssignment, type RunOptions } from './run-options.ts';

const USAGE = 2;
const MAGIC_BYTES = 8;

function readOpened(descriptor: number): Uint8Array {
  const stats = fstatSync(descriptor);
  if (stats.isDirectory()) throw new SnapshotError('it is a directory, not a snapshot');
  if (!stats.isFile() && !stats.isFIFO()) throw new SnapshotError('it is a device, not a snapshot');
  // A large file that is something else is not read as a whole.
  if (stats.isFile()) {
    const magic = new Uint8Array(MAGIC_BYTES);
    checkMagic(magic.subarray(0, readSync(descriptor, magic, 0, MAGIC_BYTES, 0)));
  }
  return readFileSync(descriptor);
}

/** Does something with the bytes of a snapshot's file; what is wrong with them is a CommandFailure that names the file. */
export function withSnapshot<T>(file: string, use: (bytes: Uint8Array) => T): T {
  try {
    const descriptor = openSync(file, 'r');
    let bytes: Uint8Array;
    try {
      bytes = readOpened(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return use(bytes);
  } catch (error) {
    const isRefused = error instanceof SnapshotError || (error as NodeJS.ErrnoException).code !== undefined;
    if (isRefused) throw new CommandFailure(`${file}: ${(error as Error).message}`, USAGE);
    throw error;
  }
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string' && !value.includes('\0');
const isWhole =
  (least: number, most: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
const isAnyCount = isWhole(0, Number.MAX_SAFE_INTEGER);
const listOf =
  (isMember: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(isMember);
const optional =
  (isGood: Check): Check =>
  (value) =>
    value === undefined || isGood(value);
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string);
const nameOf = (list: readonly { readonly name: string }[]): Check => oneOf(...list.map(({ name }) => name));
const recordOf =
  (fields: { readonly [field: string]: Check }): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([field, isGood]) => isGood((value as Record<string, unknown>)[field]));

const isStructure: Check = (value) => {
  try {
    return isText(value) && structureNamed(value as string) !== undefined;
  } catch {
    // No structure has that name, or that option.
    return false;
  }
};

const isScheduler: Check = (value) => {
  if (isText(value) && isPolicyFile(value as string)) return true;
  try {
    return isText(value) && policyNamed(value as string) !== undefined;
  } catch {
    // No policy has that name, or that setting.
    return false;
  }
};

/** The options that a resumed machine is made of; others of the note (where reports went) are not looked at. */
type KeptOptions = Omit<
  RunOptions,
  | 'constraints'
  | 'maxInstructions'
  | 'kept'
  | 'strace'
  | 'straceTo'
  | 'stats'
  | 'statsJson'
  | 'timeline'
  | 'snapshotAt'
  | 'snapshot'
  | 'panicSnapshot'
>;

const OPTIONS: { readonly [option in keyof Required<KeptOptions>]: Check } = {
  root: optional(isText),
  mount: listOf(isText),
  disk: listOf(isText),
  diskModel: optional(nameOf(DISK_PROFILES)),
  cachePolicy: nameOf(REPLACEMENT_POLICIES),
  cacheBlocks: optional(isWhole(8, 1_000_000)),
  env: listOf((value) => isText(value) && isAssignment(value as string)),
  cwd: isText,
  user: recordOf({ user: isWhole(0, 999_999_999), group: isWhole(0, 999_999_999) }),
  structure: isStructure,
  scheduler: optional(isScheduler),
  hint: optional(listOf(recordOf({ name: isText, values: recordOf({}) }))),
  profile: nameOf(PROFILES),
  tlb: oneOf('on', 'off'),
  harts: isAnyCount,
  memory: isAnyCount,
  seed: isAnyCount,
  epoch: isAnyCount,
  pace: optional(oneOf('virtual', 'real')),
  maxProcesses: optional(isAnyCount),
  maxFiles: optional(isAnyCount),
  engine: oneOf('interpreter', 'translator', 'auto'),
  price: listOf((value) => isText(value) && isAssignment(value as string)),
  fault: listOf(recordOf({ service: oneOf(...SERVICE_NAMES), kind: oneOf(...FAULT_KINDS), at: isAnyCount })),
};

/** What `run` has left in a snapshot: the options its machine was made of, and the program. Throws SnapshotError. */
export function noteIn(bytes: Uint8Array): Omit<SnapshotNote, 'options'> & { readonly options: KeptOptions } {
  const note = noteOf(bytes) as SnapshotNote | null;
  if (note === null || typeof note !== 'object' || typeof note.options !== 'object' || note.options === null)
    throw new SnapshotError('it was not taken by polykernel run');
  if (!isText(note.program) || !listOf(isText)(note.arguments))
    throw new SnapshotError('its header is damaged: the program is not what it can be');
  const given = note.options as unknown as Record<string, unknown>;
  const kept: [string, unknown][] = [];
  for (const [option, isGood] of Object.entries(OPTIONS)) {
    if (!isGood(given[option]))
      throw new SnapshotError(`its header is damaged: the option ${option} is not what it can be`);
    if (given[option] !== undefined) kept.push([option, given[option]]);
  }
  const options = Object.fromEntries(kept) as unknown as KeptOptions;
  return { options, program: note.program, arguments: note.arguments };
}
