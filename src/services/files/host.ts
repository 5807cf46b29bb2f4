/**
 * Host mounts: a tree of the host that is written through, so that each side sees what the other does.
 *
 * The host is asked about every name that is looked up, and told of every change before it is made here; what it refuses
 * is refused to the caller with its error number. Nodes, entries and clean pages are kept only to spare questions. A file
 * that is removed while it is open is first read as a whole and lives on in memory. Pages written through a shared mapping
 * reach the host when the file is synchronised or released.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutsideAttributes, WritableLayer } from '../../contracts/outside.ts';
import { type FrameNumber, PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FileKind, ModeBit } from './attributes.ts';
import { anyEntry, findEntry, insertEntry, type Name } from './directories.ts';
import { ask, chargeAnswer, isHosted, joinPath, pathInLayer, writableOf } from './layers.ts';
import { deviceNumber, KINDS, nodeFor, takeTimes } from './lower-nodes.ts';
import { kindOf, takeNumber } from './nodes.ts';
import { dropPages, lowerPages, markClean, pageFor } from './pages.ts';
import { PageFlag } from './reclaim.ts';
import { entryAt, NodeFlag, type NodeView, nodeAt } from './records.ts';
import { loseEntry } from './removal.ts';
import { HOLE, nextSlot, readSlot } from './slots.ts';
import type { FilesWiring } from './wiring.ts';

/** Pages brought or written back in one step. */
const BATCH = 16;

function outsideKind(mode: number): OutsideAttributes['kind'] {
  for (const [kind, bits] of Object.entries(KINDS))
    if (bits === (mode & FileKind.mask)) return kind as OutsideAttributes['kind'];
  throw new Error(`mode ${mode.toString(8)} has no kind`);
}

/** A node's attributes as the host takes them. */
function attributesOf(node: NodeView): OutsideAttributes {
  const { mode } = node;
  return {
    kind: outsideKind(mode),
    mode: mode & ModeBit.permissions,
    user: node.user,
    group: node.group,
    size: node.size,
    modifiedSeconds: node.modifySeconds,
    modifiedNanoseconds: node.modifyNanoseconds,
    deviceMajor: 0,
    deviceMinor: 0,
    identity: 0,
    links: node.links,
  };
}

/** The path of a name in a directory of a host mount. */
function pathOfName(k: Kernel, directory: PhysicalAddress, name: Name): Uint8Array | undefined {
  const path = pathInLayer(k, directory);
  return path && joinPath(path, k.memory.bytes(name.start, name.length));
}

/** Tells the host of a change at a path. Returns 0 or a negative error number. */
function tell(
  k: Kernel,
  w: FilesWiring,
  node: PhysicalAddress,
  path: Uint8Array | undefined,
  change: (layer: WritableLayer, path: Uint8Array) => void,
): number {
  if (path === undefined) return -ErrorNumber.ENOENT;
  const layer = writableOf(k, w, nodeAt(k, node).mount);
  return ask(k, () => change(layer, path)) ?? 0;
}

/** Does the host still mean the same file? */
function isSame(node: NodeView, attributes: OutsideAttributes): boolean {
  return kindOf(node) === KINDS[attributes.kind];
}

/** Takes over what the host says of a file; clean pages go when it has been written since. */
function refresh(k: Kernel, address: PhysicalAddress, attributes: OutsideAttributes): void {
  const node = nodeAt(k, address);
  node.mode = KINDS[attributes.kind] | (attributes.mode & ModeBit.permissions);
  node.user = attributes.user;
  node.group = attributes.group;
  node.device = deviceNumber(attributes.deviceMajor, attributes.deviceMinor);
  node.links = attributes.links;
  const { modifiedSeconds, modifiedNanoseconds, size } = attributes;
  const unchanged = node.modifySeconds === modifiedSeconds && node.modifyNanoseconds === modifiedNanoseconds;
  // What was written through a mapping, or since the host was last told the time, is newer than what the host says.
  if (unchanged || node.ownPages > 0 || (node.flags & NodeFlag.touched) !== 0) return;
  takeTimes(k, address, attributes);
  if (attributes.kind !== 'file') return;
  dropPages(k, address, 0, 0, Number.POSITIVE_INFINITY);
  node.size = size;
  node.lowerSize = size;
}

/** What the host has under a name: an entry whose node is as the host says, 0 when there is none, or a negative error number. */
export function hostEntry(
  k: Kernel,
  w: FilesWiring,
  directory: PhysicalAddress,
  name: Name,
): PhysicalAddress {
  const path = pathOfName(k, directory, name);
  if (path === undefined) return -ErrorNumber.ENOENT;
  const layer = writableOf(k, w, nodeAt(k, directory).mount);
  const attributes = ask(k, () => layer.attributes(path));
  if (typeof attributes === 'number') return attributes;
  let entry = findEntry(k, directory, name);
  if (entry !== 0) {
    const { node } = entryAt(k, entry);
    const gone = attributes === undefined || (node !== 0 && !isSame(nodeAt(k, node), attributes));
    if (gone) {
      loseEntry(k, w, entry);
      entry = 0;
    }
  }
  if (attributes === undefined) return 0;
  if (entry === 0) entry = insertEntry(k, directory, name, 0);
  if (entry < 0) return entry;
  return reach(k, w, entry, attributes);
}

function reach(
  k: Kernel,
  w: FilesWiring,
  address: PhysicalAddress,
  attributes: OutsideAttributes,
): PhysicalAddress {
  const entry = entryAt(k, address);
  const { node } = entry;
  if (node !== 0) {
    refresh(k, node, attributes);
    return address;
  }
  if (entry.number === 0) entry.number = takeNumber(k, nodeAt(k, entry.directory).mount);
  const made = nodeFor(k, w, address, attributes);
  return made < 0 ? made : address;
}

/** Makes a file on the host, owned as the host allows. Returns 0 or a negative error number. */
export function createOutside(
  k: Kernel,
  w: FilesWiring,
  directory: PhysicalAddress,
  name: Name,
  node: PhysicalAddress,
  target = new Uint8Array(0),
): number {
  if (!isHosted(k, directory)) return 0;
  const wanted = attributesOf(nodeAt(k, node));
  const path = pathOfName(k, directory, name);
  const error = tell(k, w, directory, path, (layer, at) => layer.create(at, wanted, target));
  if (error !== 0) return error;
  const owned = tell(k, w, directory, path, (layer, at) => layer.change(at, wanted));
  if (owned === 0) return 0;
  if (owned !== -ErrorNumber.EPERM || path === undefined) return owned;
  const layer = writableOf(k, w, nodeAt(k, directory).mount);
  const made = ask(k, () => layer.attributes(path));
  if (typeof made === 'number') return made;
  if (made !== undefined) takeOwner(k, node, made);
  return 0;
}

function takeOwner(k: Kernel, address: PhysicalAddress, attributes: OutsideAttributes): void {
  const node = nodeAt(k, address);
  node.user = attributes.user;
  node.group = attributes.group;
}

export function removeOutside(k: Kernel, w: FilesWiring, directory: PhysicalAddress, name: Name): number {
  if (!isHosted(k, directory)) return 0;
  return tell(k, w, directory, pathOfName(k, directory, name), (layer, path) => layer.remove(path));
}

export function renameOutside(
  k: Kernel,
  w: FilesWiring,
  from: PhysicalAddress,
  name: Name,
  to: PhysicalAddress,
  newName: Name,
): number {
  if (!isHosted(k, from)) return 0;
  const newPath = pathOfName(k, to, newName);
  if (newPath === undefined) return -ErrorNumber.ENOENT;
  return tell(k, w, from, pathOfName(k, from, name), (layer, path) => layer.rename(path, newPath));
}

export function linkOutside(
  k: Kernel,
  w: FilesWiring,
  node: PhysicalAddress,
  directory: PhysicalAddress,
  name: Name,
): number {
  if (!isHosted(k, node)) return 0;
  const newPath = pathOfName(k, directory, name);
  if (newPath === undefined) return -ErrorNumber.ENOENT;
  return tell(k, w, node, pathInLayer(k, node), (layer, path) => layer.hardLink(path, newPath));
}

/** Tells the host a node's mode, owners and times, and its size when one is given. A file without a name is ours alone. */
export function changeOutside(k: Kernel, w: FilesWiring, address: PhysicalAddress, size?: number): number {
  if (!isHosted(k, address)) return 0;
  const path = pathInLayer(k, address);
  if (path === undefined) return 0;
  const now = attributesOf(nodeAt(k, address));
  const attributes = size === undefined ? now : { ...now, size };
  return tell(k, w, address, path, (layer, at) => layer.change(at, attributes));
}

/** Writes bytes that have just been put into a page through to the host, which makes the page clean. */
export function writeOutside(
  k: Kernel,
  w: FilesWiring,
  address: PhysicalAddress,
  start: number,
  length: number,
): number {
  if (length <= 0 || !isHosted(k, address)) return 0;
  const path = pathInLayer(k, address);
  if (path === undefined) return 0;
  const index = Math.floor(start / PAGE_SIZE);
  const frame = readSlot(k, address, index);
  const bytes = k.memory.bytes(frame * PAGE_SIZE + (start % PAGE_SIZE), length);
  const error = tell(k, w, address, path, (layer, at) => layer.write(at, start, bytes));
  if (error !== 0) return error;
  chargeAnswer(k, length);
  const node = nodeAt(k, address);
  node.flags |= NodeFlag.touched;
  node.lowerSize = Math.max(node.lowerSize, start + length);
  settlePage(k, address, frame);
  return 0;
}

/** A page that the host has as well is clean, unless a mapping may still write to it. */
function settlePage(k: Kernel, address: PhysicalAddress, frame: FrameNumber): void {
  const view = k.frames.at(frame);
  if (view.references === 1 && (view.inUse & PageFlag.clean) === 0) markClean(k, address, frame);
}

/** Reads a part of what a file about to lose its name still lacks. True when it is all there, or a negative error number. */
export function adoptSome(k: Kernel, w: FilesWiring, address: PhysicalAddress): boolean | number {
  const node = nodeAt(k, address);
  if (!isHosted(k, address) || kindOf(node) !== FileKind.regular) return true;
  const pages = lowerPages(node);
  let left = BATCH;
  for (let index = 0; index < pages; index++) {
    const slot = readSlot(k, address, index);
    const own = slot !== 0 && slot !== HOLE && (k.frames.at(slot).inUse & PageFlag.clean) === 0;
    if (own) continue;
    if (left === 0) return false;
    left -= 1;
    const frame = pageFor(k, w, address, index, true);
    if (frame < 0) return frame;
  }
  node.lowerSize = 0;
  node.maskedPages = 0;
  return true;
}

/** The same as for other directories: 0 when it is empty, 1 when there is more to do, or a negative error number. */
export function checkHostEmpty(k: Kernel, w: FilesWiring, address: PhysicalAddress): number {
  const path = pathInLayer(k, address);
  if (path === undefined) return -ErrorNumber.ENOENT;
  const layer = writableOf(k, w, nodeAt(k, address).mount);
  const names = ask(k, () => layer.list(path));
  if (typeof names === 'number') return names;
  if (names.length > 0) return -ErrorNumber.ENOTEMPTY;
  // Names that are still here are gone on the host.
  for (let left = BATCH; left > 0; left--) {
    const entry = anyEntry(k, address);
    if (entry === 0) return 0;
    loseEntry(k, w, entry);
  }
  return 1;
}

/** A file being written back: where, and the first error number. */
export interface Flush {
  readonly node: number;
  index: number;
  error: number;
}

/** Writes some of the pages back that mappings have written to. True when all are. */
export function flushSome(k: Kernel, w: FilesWiring, f: Flush): boolean {
  const node = nodeAt(k, f.node);
  if (node.ownPages === 0 || !isHosted(k, f.node) || pathInLayer(k, f.node) === undefined) return true;
  let index = nextSlot(k, f.node, f.index);
  for (let left = BATCH; index >= 0 && left > 0; left--) {
    const slot = readSlot(k, f.node, index);
    const start = index * PAGE_SIZE;
    if (slot !== HOLE && (k.frames.at(slot).inUse & PageFlag.clean) === 0) {
      const error = writeOutside(k, w, f.node, start, Math.min(PAGE_SIZE, node.size - start));
      if (f.error === 0) f.error = -error;
    }
    index = nextSlot(k, f.node, index + 1);
  }
  f.index = index;
  return index < 0;
}

/** Tells the host the times of a file that was written to. Returns 0 or a negative error number. */
export function settleTimes(k: Kernel, w: FilesWiring, address: PhysicalAddress): number {
  const node = nodeAt(k, address);
  if ((node.flags & NodeFlag.touched) === 0) return 0;
  node.flags &= ~NodeFlag.touched;
  return changeOutside(k, w, address);
}
