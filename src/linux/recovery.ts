/**
 * A server has died and begun anew: what the personality had made there is made again. Trees are mounted as at the start;
 * durable files that somebody held are looked up and take the place of the old handles; a process whose directory is gone
 * is at the root.
 */
import type { OutcomeNumber } from '../contracts/service.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import { personality } from '../kernel/entry.ts';
import { currentHandle, lostFrom, replaceHandle } from '../kernel/keepsakes.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type Operation, operation } from '../kernel/operation.ts';
import { files, LookupFlag, MountKind } from '../services/files/interface.ts';
import { INIT_LOCALS, type InitSteps, type LinuxPlan, makingNodes, mounting, scratchPath } from './boot.ts';
import { processFrom } from './processes/directory.ts';
import { Paths } from './records.ts';

/** What a keepsake of the files service says, as its remembering.ts has written it. */
interface Lost {
  readonly kind: number;
  readonly layer: number;
  /** Undefined when it has none any more. */
  readonly path: string | undefined;
  readonly inode: number;
  readonly incarnation: number;
}

const DISK_PATH = 11;
const LAYER_PATH = 2;

function read(bytes: Uint8Array): Lost {
  const [kind = 0, layer = 0] = bytes;
  const isDisk = kind === MountKind.disk;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rest = new TextDecoder().decode(bytes.subarray(isDisk ? DISK_PATH : LAYER_PATH));
  return {
    kind,
    layer,
    path: isDisk && bytes[DISK_PATH - 1] === 0 ? undefined : rest,
    inode: isDisk ? view.getUint32(2, true) : 0,
    incarnation: isDisk ? view.getUint32(6, true) : 0,
  };
}

/** Where it leads in the tree as it is mounted by the plan. */
function pathOf(plan: LinuxPlan, { kind, layer, path }: Lost): string | undefined {
  const mount = plan.mounts.find((candidate) => candidate.kind === kind && candidate.layer === layer);
  if (mount === undefined || path === undefined) return undefined;
  return `${mount.path === '/' ? '' : mount.path}/${path}`;
}

/** Has the file of a disk looked for by its inode, beside what its path leads to. */
function recall(k: Kernel, { layer, inode, incarnation }: Lost, node: number): OutcomeNumber {
  return k.call(files.recall, { node, disk: layer, inode, incarnation }, 'recalled');
}

/** Directories that the dead server gave out and that are not durable name nothing any more. */
function forgetDirectories(k: Kernel, home: PhysicalAddress): void {
  for (let process = processFrom(k, 1); process !== undefined; process = processFrom(k, process.id + 1)) {
    if (process.paths === 0) continue;
    const paths = Paths.at(k.store, process.paths);
    if (currentHandle(k, home, paths.root) === 0) paths.root = 0;
    if (currentHandle(k, home, paths.current) === 0) paths.current = 0;
  }
}

/** A file was found again: its old handle leads to it. */
function takePlace(k: Kernel, handle: number, node: number): OutcomeNumber {
  replaceHandle(k, handle, node);
  return k.call(files.pin, { node }, 'directory');
}

export function recoverOperation(plan: LinuxPlan, say: (message: string) => void): Operation {
  const steps: InitSteps = {
    begin: (k, f) => {
      const { service } = f as unknown as { readonly service: number };
      return k.registry.services[service]?.name === 'files' ? k.goto('mount') : k.done();
    },
    ...mounting(plan, say),
    ...makingNodes(plan),
    /** The plan's mounts and nodes are there: now the files that were held. `child` is the handle from which to go on. */
    directory(k, f) {
      const lost = lostFrom(k, k.homeOf('files'), f.child);
      if (lost === undefined) {
        forgetDirectories(k, k.homeOf('files'));
        return k.done();
      }
      f.child = lost.handle + 1;
      const file = read(lost.bytes);
      const path = pathOf(plan, file);
      if (path === undefined) return file.kind === MountKind.disk ? recall(k, file, 0) : k.goto('directory');
      const place = { root: 0, base: 0, path: scratchPath(k, path) };
      return k.call(files.lookup, { ...place, flags: LookupFlag.noFollow }, 'found again');
    },
    'found again'(k, f, reply) {
      const lost = lostFrom(k, k.homeOf('files'), f.child - 1);
      const file = lost === undefined ? undefined : read(lost.bytes);
      if (file?.kind === MountKind.disk) return recall(k, file, reply.error === 0 ? reply.value : 0);
      return reply.error === 0 ? takePlace(k, f.child - 1, reply.value) : k.goto('directory');
    },
    recalled: (k, f, reply) =>
      reply.error === 0 ? takePlace(k, f.child - 1, reply.value) : k.goto('directory'),
  };
  return operation(personality.recover, INIT_LOCALS, steps);
}
