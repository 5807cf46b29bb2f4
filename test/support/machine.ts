// The subject: runs a command in a machine of ours over a root, in this process, and gives what it printed and how it ended.
import type { LowerLayer, OutsideConsole, OutsideDisk } from '../../src/contracts/outside.ts';
import type { Structure } from '../../src/contracts/structure.ts';
import { directoryLayer, memoryLayer, serverProgram, tarFileLayer } from '../../src/host/node/index.ts';
import {
  DEVICE_NODES,
  MountKind,
  profileNamed,
  type RunReport,
  reportOf,
  roundRobin,
  runToEnd,
  System,
  type SystemParts,
  structureNamed,
} from '../../src/workbench/index.ts';
import type { InputFile, RunOptions, RunResult } from '../system/support/qemu.ts';

export interface MachineOptions extends RunOptions {
  readonly harts?: number;
  readonly structure?: string | Structure;
  readonly seed?: number;
  readonly memory?: number;
  readonly modelTranslation?: boolean;
  readonly translate?: SystemParts['translate'];
  /** Where translated code is kept, at the end, and taken from. */
  readonly translations?: SystemParts['translations'];
  readonly environment?: readonly string[];
  readonly maxInstructions?: number;
  /** Mounted at /mnt/disk and so on. */
  readonly disks?: readonly OutsideDisk[];
  readonly diskModel?: string;
}

export interface MachineResult extends RunResult {
  readonly report: RunReport;
  /** What the translator did, if there was one. */
  readonly translator: System['processor']['translatorFigures'];
}

function structureFrom(structure: string | Structure): Structure {
  return typeof structure === 'string' ? structureNamed(structure) : structure;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A console that has its input from the beginning and keeps the output. */
export function recordingConsole(input: Uint8Array): OutsideConsole & { text(stream: 1 | 2): string } {
  const output: { readonly [stream: number]: Uint8Array[] } = { 1: [], 2: [] };
  let at = 0;
  return {
    receive(into) {
      const count = Math.min(into.length, input.length - at);
      into.set(input.subarray(at, at + count));
      at += count;
      return count === 0 && into.length > 0 ? -1 : count;
    },
    arrival: () => Promise.resolve(),
    send: (stream, bytes) => {
      output[stream]?.push(bytes.slice());
    },
    terminal: [false, false, false],
    columns: 80,
    rows: 24,
    text: (stream) => Buffer.concat(output[stream] ?? []).toString(),
  };
}

/** One tree over another: what the upper one has hides what the lower one has. */
export function over(upper: LowerLayer, lower: LowerLayer): LowerLayer {
  const holder = (path: Uint8Array) => (upper.attributes(path) === undefined ? lower : upper);
  const isDirectory = (layer: LowerLayer, path: Uint8Array) => layer.attributes(path)?.kind === 'directory';
  return {
    description: `${upper.description} over ${lower.description}`,
    fingerprint: `${upper.fingerprint} ${lower.fingerprint}`,
    list(path) {
      const names = new Map<string, Uint8Array>();
      for (const layer of [lower, upper])
        if (isDirectory(layer, path))
          for (const name of layer.list(path)) names.set(Buffer.from(name).toString('latin1'), name);
      return [...names.keys()].sort().map((key) => names.get(key) as Uint8Array);
    },
    attributes: (path) =>
      isDirectory(lower, path) ? lower.attributes(path) : (upper.attributes(path) ?? lower.attributes(path)),
    read: (path, offset, into) => holder(path).read(path, offset, into),
    link: (path) => holder(path).link(path),
  };
}

export function rootLayer(root: string): LowerLayer {
  return root.endsWith('.tar') ? tarFileLayer(root) : directoryLayer(root);
}

function filesLayer(files: Readonly<Record<string, string | InputFile>>): LowerLayer {
  return memoryLayer(
    Object.entries(files).map(([path, file]) => {
      const { content, mode = 0o644 } = typeof file === 'string' ? { content: file } : file;
      return { path, mode, bytes: typeof content === 'string' ? Buffer.from(content) : content };
    }),
    'files of a test',
  );
}

/** What a machine for a command is put together from. */
export function partsFor(
  layer: LowerLayer,
  command: readonly string[],
  options: MachineOptions,
  console: OutsideConsole,
): SystemParts {
  const [program = ''] = command;
  const files = options.files ?? {};
  const root = Object.keys(files).length === 0 ? layer : over(filesLayer(files), layer);
  return {
    profile: profileNamed('modern'),
    structure: structureFrom(options.structure ?? 'monolithic'),
    policy: (ground, store) => roundRobin(ground, store),
    harts: options.harts ?? 1,
    memory: options.memory ?? 512 * 1024 * 1024,
    modelTranslation: options.modelTranslation ?? false,
    translate: options.translate ?? false,
    translations: options.translations,
    seed: options.seed ?? 1,
    disks: { profile: options.diskModel ?? 'ssd' },
    serverProgram,
    world: { console, layers: [root], disks: options.disks ?? [], pace: () => Promise.resolve() },
    plan: {
      mounts: [
        { path: '/', kind: MountKind.overlay, layer: 0, flags: 0 },
        { path: '/dev', kind: MountKind.memory, layer: 0, flags: 0 },
        { path: '/dev/shm', kind: MountKind.memory, layer: 0, flags: 0 },
        { path: '/proc', kind: MountKind.supplied, layer: 0, flags: 0 },
        { path: '/sys', kind: MountKind.supplied, layer: 1, flags: 0 },
        ...(options.disks ?? []).map((_disk, layer) => ({
          path: layer === 0 ? '/mnt/disk' : `/mnt/disk${layer}`,
          kind: MountKind.disk,
          layer,
          flags: 0,
        })),
      ],
      nodes: DEVICE_NODES,
      programs: program.includes('/') ? [program] : PATH.split(':').map((folder) => `${folder}/${program}`),
      arguments: command,
      environment: [`PATH=${PATH}`, 'HOME=/root', 'TERM=dumb', ...(options.environment ?? [])],
      directory: options.directory ?? '/',
      user: 0,
      group: 0,
      epoch: 1_704_067_200,
    },
    say: (message) => console.send(2, Buffer.from(`polykernel: ${message}\n`)),
  };
}

const FOREVER = 20_000_000_000;

/** Runs a command over a tree. Throws when the machine stands still or runs on beyond any measure. */
export async function runInMachine(
  layer: LowerLayer,
  command: readonly string[],
  options: MachineOptions = {},
): Promise<MachineResult> {
  const console = recordingConsole(Buffer.from(options.stdin ?? ''));
  const system = System.start(partsFor(layer, command, options, console));
  const end = await runToEnd(system, {
    maxInstructions: options.maxInstructions ?? FOREVER,
    realPace: false,
  });
  if (end.reason !== 'ended') throw new Error(`${command.join(' ')}: ${end.reason}\n${console.text(2)}`);
  system.processor.keepTranslations();
  const signal = end.status & 0x7f;
  const status = signal === 0 ? (end.status >>> 8) & 0xff : 128 + signal;
  return {
    stdout: console.text(1),
    stderr: console.text(2),
    status,
    report: reportOf(system),
    translator: system.processor.translatorFigures,
  };
}
