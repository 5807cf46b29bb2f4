/** From a command line's options to a system that is ready to run. */
import { existsSync, statSync } from 'node:fs';
import { type LowerLayer, type OutsideDisk, OutsideError } from '../../contracts/outside.ts';
import {
  ArchiveError,
  builtInLayer,
  directoryLayer,
  fileDisk,
  isTerminal,
  nodeConsole,
  nodeDigest,
  nodeWorld,
  offerEngineFeatures,
  serverProgram,
  tarFileLayer,
  USER_FOLDERS,
  writableDirectoryLayer,
} from '../../host/node/index.ts';
import {
  type ChosenPolicy,
  DEVICE_NODES,
  type LinuxPlan,
  MountFlag,
  MountKind,
  type MountPlan,
  type OutsideProgress,
  policyNamed,
  profileNamed,
  type Strace,
  type SystemParts,
  structureNamed,
  USUAL,
  withPrices,
} from '../../workbench/index.ts';
import { CommandFailure } from '../command-line.ts';
import { keptDigest, keptEngines, keptTranslations } from '../kept.ts';
import { loadPolicy } from './policy-file.ts';
import type { RunOptions } from './run-options.ts';

const USAGE = 2;
const DEFAULT_ENVIRONMENT: { readonly [name: string]: string } = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  TERM: 'dumb',
};

/** Where a disk is mounted when nobody says where; further ones at /mnt/disk1 and so on. */
const DISK_PLACE = '/mnt/disk';
const MOST_DISKS = 8;

/** Where an ext2 superblock has its magic number, and what that is. */
const SUPERBLOCK_MAGIC = 1024 + 56;
const EXT2_MAGIC = 0xef53;

/** What of the host an option names; what the host, or an archive, refuses is a CommandFailure. */
function fromHost<T>(option: string, text: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const isRefused = error instanceof OutsideError || error instanceof ArchiveError;
    if (isRefused || (error as NodeJS.ErrnoException).code !== undefined)
      throw new CommandFailure(`${option} ${text || "''"}: ${(error as Error).message}`, USAGE);
    throw error;
  }
}

function openDisk(text: string, file: string, writable: boolean): OutsideDisk {
  const refuse = (why: string) => new CommandFailure(`--disk ${text || "''"}: ${why}`, USAGE);
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw refuse('it is a directory, not a disk');
  const disk = fromHost('--disk', text, () => fileDisk(file, writable));
  const magic = new Uint8Array(2);
  if (disk.size >= SUPERBLOCK_MAGIC + magic.length) disk.read(SUPERBLOCK_MAGIC, magic);
  if (new DataView(magic.buffer).getUint16(0, true) !== EXT2_MAGIC)
    throw refuse('it holds no ext2 filesystem; mke2fs makes one');
  return disk;
}

/** The disks that options ask for, and their mounts. */
function disksFrom(options: RunOptions): { disks: OutsideDisk[]; mounts: MountPlan[] } {
  const disks: OutsideDisk[] = [];
  const mounts: MountPlan[] = [];
  if (options.disk.length > MOST_DISKS) throw new CommandFailure(`--disk: at most ${MOST_DISKS}`, USAGE);
  for (const [number, text] of options.disk.entries()) {
    const [, file = '', protect, path] = /^(.+?)(:ro)?(?:@(\/.*))?$/.exec(text) ?? [];
    disks.push(openDisk(text, file, protect === undefined));
    const place = path ?? (number === 0 ? DISK_PLACE : `${DISK_PLACE}${number}`);
    mounts.push({ path: place, kind: MountKind.disk, layer: number, flags: 0 });
  }
  return { disks, mounts };
}

/** Layers and mounts that options ask for, the root first. */
function filesFrom(options: RunOptions): { layers: LowerLayer[]; mounts: MountPlan[] } {
  const layers: LowerLayer[] = [rootLayer(options.root)];
  const mounts: MountPlan[] = [{ path: '/', kind: MountKind.overlay, layer: 0, flags: 0 }];
  for (const path of ['/dev', '/dev/shm', ...(options.root === undefined ? ['/tmp'] : [])])
    mounts.push({ path, kind: MountKind.memory, layer: 0, flags: 0 });
  for (const [layer, path] of ['/proc', '/sys'].entries())
    mounts.push({ path, kind: MountKind.supplied, layer, flags: 0 });
  for (const text of options.mount) {
    const { layer, mount } = hostMount(text, layers.length);
    layers.push(layer);
    mounts.push(mount);
  }
  return { layers, mounts };
}

function rootLayer(root: string | undefined): LowerLayer {
  if (root === undefined) return builtInLayer(USER_FOLDERS, undefined, keptDigest(nodeDigest));
  if (!existsSync(root))
    throw new CommandFailure(`--root ${root || "''"}: no such directory or archive`, USAGE);
  return fromHost('--root', root, () =>
    statSync(root).isDirectory() ? directoryLayer(root) : tarFileLayer(root),
  );
}

function hostMount(text: string, number: number): { layer: LowerLayer; mount: MountPlan } {
  const match = /^(.+?):(\/[^:]*)(:ro)?$/.exec(text);
  if (!match)
    throw new CommandFailure(`--mount ${text || "''"}: it must be HOST:GUEST or HOST:GUEST:ro`, USAGE);
  const [, host = '', path = '', readOnly] = match;
  if (!existsSync(host) || !statSync(host).isDirectory())
    throw new CommandFailure(`--mount ${text}: ${host} is not a directory of the host`, USAGE);
  const layer = fromHost('--mount', text, () =>
    readOnly ? directoryLayer(host) : writableDirectoryLayer(host),
  );
  const kind = readOnly ? MountKind.overlay : MountKind.host;
  return { layer, mount: { path, kind, layer: number, flags: readOnly ? MountFlag.readOnly : 0 } };
}

/** The program's environment: the defaults, then what was given. */
function environmentFrom(given: readonly string[]): string[] {
  const all = new Map(Object.entries(DEFAULT_ENVIRONMENT));
  for (const text of given) {
    const at = text.indexOf('=');
    all.set(text.slice(0, at), text.slice(at + 1));
  }
  return [...all].map(([name, value]) => `${name}=${value}`);
}

/** Where a program's name leads: itself when it has a slash, else one candidate for each folder of PATH. */
function candidates(program: string, environment: readonly string[]): string[] {
  if (program.includes('/')) return [program];
  const path = environment.find((text) => text.startsWith('PATH='))?.slice(5) ?? '';
  return path.split(':').map((folder) => `${folder === '' ? '.' : folder}/${program}`);
}

function pricesFrom(options: RunOptions): Record<string, number> {
  return Object.fromEntries(
    options.price.map((text) => {
      const at = text.indexOf('=');
      return [text.slice(0, at), Number(text.slice(at + 1))];
    }),
  );
}

/** Does idle time pass as on a clock? */
export function isRealPace(options: RunOptions): boolean {
  if (options.pace) return options.pace === 'real';
  return isTerminal(0) && isTerminal(1);
}

/** What is there before a machine is put together: its policy (policy-file.ts), and how far a resumed one has come outside. */
export interface MachineSetting {
  readonly policy: ChosenPolicy;
  readonly progress?: OutsideProgress;
  /** They look at what threads do. */
  readonly witnesses?: SystemParts['witnesses'];
}

const START: OutsideProgress = { input: 0, seconds: 0 };

/** The policy that the options ask for. Throws CommandFailure when it is in a file that holds none. */
export function policyOf({ scheduler = 'rr' }: Pick<RunOptions, 'scheduler'>): ChosenPolicy {
  return loadPolicy(scheduler, '--scheduler');
}

/** What a machine for a program is put together from. Throws CommandFailure for what a user can put right. */
export function machineParts(
  options: RunOptions,
  program: string,
  args: readonly string[],
  tracer: Strace | undefined,
  setting: Partial<MachineSetting> = {},
): SystemParts {
  const { policy = policyNamed(options.scheduler ?? 'rr'), progress = START, witnesses = [] } = setting;
  const { layers, mounts } = filesFrom(options);
  const { disks, mounts: diskMounts } = disksFrom(options);
  const environment = environmentFrom(options.env);
  const plan: LinuxPlan = {
    mounts: [...mounts, ...diskMounts],
    nodes: DEVICE_NODES,
    programs: candidates(program, environment),
    arguments: [program, ...args],
    environment,
    directory: options.cwd,
    user: options.user.user,
    group: options.user.group,
    epoch: options.epoch,
    mostThreads: options.maxProcesses,
    mostFiles: options.maxFiles,
    hints: options.hint,
  };
  offerEngineFeatures();
  const pace = isRealPace(options) ? 'real' : 'virtual';
  return {
    profile: profileFrom(options),
    structure: structureNamed(options.structure),
    policy: policy.make,
    witnesses,
    scheduler: options.scheduler ?? 'rr',
    harts: options.harts,
    memory: options.memory,
    modelTranslation: options.tlb === 'on',
    translate: eagernessFrom(options),
    engines: keptEngines(),
    translations: translationsFor(options, [program, ...args]),
    seed: options.seed,
    disks: {
      profile: options.diskModel ?? (options.profile === 'modern' ? 'ssd' : 'hp97560'),
      cachePolicy: options.cachePolicy,
      ...(options.cacheBlocks === undefined ? {} : { cacheUnits: options.cacheBlocks }),
    },
    world: nodeWorld({
      layers,
      disks,
      pace,
      from: progress.seconds,
      console: nodeConsole({ skip: progress.input }),
    }),
    plan,
    tracer,
    nativeTracer: tracer,
    serverProgram,
    faults: options.fault,
    say: (message) => process.stderr.write(`polykernel: ${message}\n`),
  };
}

/** Where translated code of a command is kept. */
function translationsFor({ kept, root }: RunOptions, command: readonly string[]) {
  return kept === false ? undefined : keptTranslations(JSON.stringify([root, ...command]));
}

/** How soon code is translated, if it is. */
function eagernessFrom({ engine, stats }: RunOptions): NonNullable<SystemParts['translate']> {
  if (engine === 'translator') return { ...USUAL, countExits: stats === true };
  return engine === 'auto' ? USUAL : false;
}

function profileFrom(options: RunOptions) {
  try {
    return withPrices(profileNamed(options.profile), pricesFrom(options));
  } catch (error) {
    throw new CommandFailure(`--price: ${(error as Error).message}`, USAGE);
  }
}
