/**
 * Mounted trees: made and taken down, and the service's root record from which all is found.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse, KernelRoot } from '../../kernel/objects.ts';
import { Tree } from '../../kernel/tree.ts';
import { FileKind } from './attributes.ts';
import { ROOT_INODE } from './ext2/layout.ts';
import { nodeOfInode } from './ext2/nodes.ts';
import { volumeAt } from './ext2/records.ts';
import { MountKind } from './interface.ts';
import { ask, layerOf } from './layers.ts';
import { makeOutsideNode } from './lower-nodes.ts';
import { forget, hold, isDirectory, makeNode } from './nodes.ts';
import { FilesRoot, Mount, type MountView, mountAt, Node, NodeFlag, nodeAt, rootOf } from './records.ts';
import { allocateRecord } from './storage.ts';
import { ROOT_NUMBER } from './supplied.ts';
import type { FilesWiring } from './wiring.ts';

/** The first inode number that a mount gives; its root has it. */
const FIRST_NUMBER = 1;

/** Makes the service's root on first use. Returns 0 or a negative error number. */
export function ensureRoot(k: Kernel): number {
  if (k.serviceRoot('files') !== 0) return 0;
  const home = k.homeOf('files');
  const address = k.slab.allocate(home, FilesRoot.size);
  const zero = k.frames.allocate(home, FrameUse.index);
  const scratch = k.frames.allocate(home, FrameUse.index);
  if (address === 0 || zero === 0 || scratch === 0) return -ErrorNumber.ENOMEM;
  const root = FilesRoot.at(k.store, address);
  root.zeroFrame = zero;
  root.scratchFrame = scratch;
  root.nextDevice = 1;
  k.setServiceRoot('files', address);
  const unnamed = makeMount(k, MountKind.memory, 0, 0, 0);
  if (unnamed === 0) return -ErrorNumber.ENOMEM;
  root.unnamed = unnamed;
  // Memory that programs share is limited by the machine alone.
  mountAt(k, unnamed).pageLimit = 0;
  return 0;
}

/** A mount's record, among the others; 0 when there is no memory. `limit` is its frames, 0 for half of the machine's. */
function makeMount(k: Kernel, kind: number, layer: number, flags: number, limit: number): PhysicalAddress {
  const address = allocateRecord(k, Mount.size);
  if (address === 0) return 0;
  const root = rootOf(k);
  const mount = mountAt(k, address);
  const { frameCount } = KernelRoot.at(k.meter.observer, k.rootAddress);
  mount.kind = kind;
  mount.layer = layer;
  mount.flags = flags;
  mount.pageLimit = limit === 0 ? Math.floor(frameCount / 2) : limit;
  mount.device = root.nextDevice;
  mount.nextNumber = FIRST_NUMBER;
  root.nextDevice += 1;
  linkLast(k, address);
  return address;
}

function linkLast(k: Kernel, address: PhysicalAddress): void {
  const root = rootOf(k);
  let at = root.firstMount;
  if (at === 0) {
    root.firstMount = address;
    return;
  }
  for (let next = mountAt(k, at).next; next !== 0; next = mountAt(k, at).next) at = next;
  mountAt(k, at).next = address;
}

/** What a mount is made of. */
export interface MountPlan {
  readonly kind: number;
  readonly layer: number;
  readonly flags: number;
  readonly limit: number;
  /** A disk's volume. */
  readonly volume?: PhysicalAddress;
}

/** Mounts a tree over a directory, or as the top when `covered` is 0. The mount, or a negative error number. */
export function mountTree(
  k: Kernel,
  w: FilesWiring,
  plan: MountPlan,
  covered: PhysicalAddress,
): PhysicalAddress {
  const address = makeMount(k, plan.kind, plan.layer, plan.flags, plan.limit);
  if (address === 0) return -ErrorNumber.ENOMEM;
  mountAt(k, address).volume = plan.volume ?? 0;
  const root = makeRootNode(k, w, address, plan);
  if (root < 0) {
    unlinkMount(k, address);
    return root;
  }
  const mount = mountAt(k, address);
  mount.root = hold(k, root);
  if (covered === 0) rootOf(k).top = address;
  else {
    mount.covered = hold(k, covered);
    nodeAt(k, covered).mounted = address;
  }
  return address;
}

function makeRootNode(k: Kernel, w: FilesWiring, mount: PhysicalAddress, plan: MountPlan): PhysicalAddress {
  if (plan.kind === MountKind.overlay || plan.kind === MountKind.host) {
    const path = new Uint8Array(0);
    const attributes = ask(k, () => layerOf(k, w, mount).attributes(path));
    if (typeof attributes === 'number') return attributes;
    if (attributes?.kind !== 'directory') return -ErrorNumber.ENOTDIR;
    return makeOutsideNode(k, w, mount, path, attributes);
  }
  if (plan.kind === MountKind.disk) return diskRoot(k, w, mount);
  const made = makeNode(k, w, mount, FileKind.directory | 0o755, 0, 0);
  if (made < 0) return made;
  nodeAt(k, made).links = 2;
  if (plan.kind === MountKind.supplied) identifyRoot(k, mount, made);
  return made;
}

function diskRoot(k: Kernel, w: FilesWiring, mount: PhysicalAddress): PhysicalAddress {
  const v = volumeAt(k, mountAt(k, mount).volume);
  const root = nodeOfInode(k, w, mount, v, ROOT_INODE);
  if (root < 0 || isDirectory(k, root)) return root;
  nodeAt(k, root).flags &= ~NodeFlag.stored;
  forget(k, root);
  return -ErrorNumber.EUCLEAN;
}

function identifyRoot(k: Kernel, mount: PhysicalAddress, address: PhysicalAddress): void {
  const node = nodeAt(k, address);
  node.number = ROOT_NUMBER;
  node.mode = FileKind.directory | 0o555;
  node.flags = NodeFlag.supplied | NodeFlag.identified;
  new Tree(k.store, mount + Mount.offsets.identities).insert(address + Node.offsets.identity, ROOT_NUMBER);
}

export function unlinkMount(k: Kernel, address: PhysicalAddress): void {
  const root = rootOf(k);
  const { next } = mountAt(k, address);
  if (root.firstMount === address) root.firstMount = next;
  else {
    let at = root.firstMount;
    while (mountAt(k, at).next !== address) at = mountAt(k, at).next;
    mountAt(k, at).next = next;
  }
  k.slab.release(address);
}

/** Frames that a mount may still take for pages. */
export function roomOf(k: Kernel, mount: MountView): number {
  const free = KernelRoot.at(k.meter.observer, k.rootAddress).freeCount;
  const { pageLimit } = mount;
  return pageLimit === 0 ? free : Math.max(0, Math.min(free, pageLimit - mount.pages));
}
