/**
 * Nodes over a read-only layer: directories are filled from it on first need, and nodes made when a name is first looked up.
 *
 * Once a directory is filled, its entries are the truth: to remove a name is to remove its entry, and no whiteout is needed.
 * A node keeps the path that it had in the layer, whatever it is called since. Paths with one identity are one node.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { LowerLayer, OutsideAttributes } from '../../contracts/outside.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { Tree } from '../../kernel/tree.ts';
import { FileKind, ModeBit } from './attributes.ts';
import { findEntry, insertEntry, pointEntry } from './directories.ts';
import { ask, chargeAnswer, isHosted, joinPath, layerOf, pathInLayer } from './layers.ts';
import { LONGEST_NAME } from './names.ts';
import { forget, makeNode, takeNumber } from './nodes.ts';
import { Entry, entryAt, Mount, Node, NodeFlag, nodeAt } from './records.ts';
import { allocateText, scratchOf } from './storage.ts';
import type { FilesWiring } from './wiring.ts';

/** What a layer says of a file: nine words, as a server's program gets them. */
const ATTRIBUTE_BYTES = 9 * 8;
/** Names taken from a layer in one step. */
const FILL_BATCH = 64;

export const KINDS: { readonly [kind in OutsideAttributes['kind']]: number } = {
  file: FileKind.regular,
  directory: FileKind.directory,
  symlink: FileKind.symbolicLink,
  fifo: FileKind.fifo,
  character: FileKind.character,
  block: FileKind.block,
  socket: FileKind.socket,
};

/** A device number from its parts, as makedev(3) makes those of 32 bits. */
export function deviceNumber(major: number, minor: number): number {
  return ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

interface Listing {
  readonly path: string;
  readonly names: readonly Uint8Array[];
}
// cache: the names of the directory being filled; without it each step lists them again
const listings = new WeakMap<LowerLayer, Listing>();

function namesOf(k: Kernel, w: FilesWiring, directory: PhysicalAddress): readonly Uint8Array[] | number {
  const node = nodeAt(k, directory);
  const layer = layerOf(k, w, node.mount);
  const path = pathInLayer(k, directory);
  if (path === undefined) return -ErrorNumber.ENOENT;
  const key = String(path);
  const listing = listings.get(layer);
  if (node.filled > 0 && listing?.path === key) return listing.names;
  const names = ask(k, () => layer.list(path));
  if (typeof names !== 'number') listings.set(layer, { path: key, names });
  return names;
}

/** Takes names of the layer into a directory. Returns 1 when it is full, 0 when to go on, or a negative error number. */
export function fillDirectory(k: Kernel, w: FilesWiring, directory: PhysicalAddress): number {
  const node = nodeAt(k, directory);
  if ((node.flags & NodeFlag.unfilled) === 0) return 1;
  const names = namesOf(k, w, directory);
  if (typeof names === 'number') return names;
  const start = node.filled;
  const end = Math.min(start + FILL_BATCH, names.length);
  for (let index = start; index < end; index++) {
    const error = fillName(k, directory, names[index] as Uint8Array);
    if (error < 0) return error;
    node.filled = index + 1;
  }
  if (end < names.length) return 0;
  node.flags &= ~NodeFlag.unfilled;
  listings.delete(layerOf(k, w, node.mount));
  return 1;
}

function fillName(k: Kernel, directory: PhysicalAddress, name: Uint8Array): number {
  if (name.length > LONGEST_NAME) return 0;
  const start = scratchOf(k);
  k.memory.store(start, name);
  chargeAnswer(k, name.length);
  // A host's directory is filled again whenever it is listed.
  if (isHosted(k, directory) && findEntry(k, directory, { start, length: name.length }) !== 0) return 0;
  const entry = insertEntry(k, directory, { start, length: name.length }, 0);
  if (entry > 0) entryAt(k, entry).number = takeNumber(k, nodeAt(k, directory).mount);
  return entry;
}

/** The path in its layer of an entry that has no node yet. */
function pathOfEntry(k: Kernel, address: PhysicalAddress): Uint8Array | undefined {
  const entry = entryAt(k, address);
  const directory = pathInLayer(k, entry.directory);
  return directory && joinPath(directory, k.memory.bytes(address + Entry.size, entry.length));
}

/** What the layer says of an entry without a node; ENOENT when the layer has lost it. */
function describe(k: Kernel, w: FilesWiring, entry: PhysicalAddress): OutsideAttributes | number {
  const layer = layerOf(k, w, nodeAt(k, entryAt(k, entry).directory).mount);
  const path = pathOfEntry(k, entry);
  if (path === undefined) return -ErrorNumber.ENOENT;
  const found = ask(k, () => layer.attributes(path)) ?? -ErrorNumber.ENOENT;
  // The path was put together for the question, and the answer is copied from the device.
  if (typeof found !== 'number') chargeAnswer(k, path.length + ATTRIBUTE_BYTES);
  return found;
}

/** The node of an entry, made from the layer if it is not there yet; or a negative error number. */
export function nodeOfEntry(k: Kernel, w: FilesWiring, entry: PhysicalAddress): PhysicalAddress {
  const { node } = entryAt(k, entry);
  if (node !== 0) return node;
  const attributes = describe(k, w, entry);
  return typeof attributes === 'number' ? attributes : nodeFor(k, w, entry, attributes);
}

/** The node of an entry that has none yet, from what the layer says of it; or a negative error number. */
export function nodeFor(
  k: Kernel,
  w: FilesWiring,
  entry: PhysicalAddress,
  attributes: OutsideAttributes,
): PhysicalAddress {
  const found = known(k, entry, attributes);
  const made = found !== 0 ? found : makeLowerNode(k, w, entry, attributes);
  if (made > 0) pointEntry(k, entry, made);
  return made;
}

/** What `kindOfEntry` says of an entry whose file the host has lost. */
export const LOST = -1;

/** The kind of an entry (DT_*): its node is made only when other names may lead to it. */
export function kindOfEntry(k: Kernel, w: FilesWiring, address: PhysicalAddress): number {
  const entry = entryAt(k, address);
  const { kind } = entry;
  const hosted = isHosted(k, entry.directory);
  if (kind !== 0 && !hosted) return kind;
  const attributes = describe(k, w, address);
  if (typeof attributes === 'number') return hosted ? LOST : 0;
  if (isShared(attributes) && entry.node === 0) {
    nodeOfEntry(k, w, address);
    return entry.kind;
  }
  entry.kind = KINDS[attributes.kind] >>> 12;
  return entry.kind;
}

function isShared({ identity, kind, links }: OutsideAttributes): boolean {
  return identity !== 0 && kind !== 'directory' && links > 1;
}

function identities(k: Kernel, mount: PhysicalAddress): Tree {
  return new Tree(k.store, mount + Mount.offsets.identities);
}

/** The node of the same identity, or 0. */
function known(k: Kernel, entry: PhysicalAddress, attributes: OutsideAttributes): PhysicalAddress {
  if (!isShared(attributes)) return 0;
  const tree = identities(k, nodeAt(k, entryAt(k, entry).directory).mount);
  const found = tree.atLeast(attributes.identity);
  return found !== 0 && tree.key(found) === attributes.identity ? found - Node.offsets.identity : 0;
}

function makeLowerNode(
  k: Kernel,
  w: FilesWiring,
  entry: PhysicalAddress,
  attributes: OutsideAttributes,
): PhysicalAddress {
  const { directory, number } = entryAt(k, entry);
  const { mount } = nodeAt(k, directory);
  const path = pathOfEntry(k, entry);
  if (path === undefined) return -ErrorNumber.ENOENT;
  const made = makeOutsideNode(k, w, mount, path, attributes);
  if (made < 0) return made;
  const node = nodeAt(k, made);
  node.number = number;
  if (isShared(attributes)) {
    identities(k, mount).insert(made + Node.offsets.identity, attributes.identity);
    node.flags |= NodeFlag.identified;
  }
  return made;
}

/** A node for a path of a layer. */
export function makeOutsideNode(
  k: Kernel,
  w: FilesWiring,
  mount: PhysicalAddress,
  path: Uint8Array,
  attributes: OutsideAttributes,
): PhysicalAddress {
  const mode = KINDS[attributes.kind] | (attributes.mode & ModeBit.permissions);
  const address = makeNode(k, w, mount, mode, attributes.user, attributes.group);
  if (address < 0) return address;
  const error = keepPath(k, address, path) || takeAttributes(k, w, address, path, attributes);
  if (error === 0) return address;
  forget(k, address);
  return error;
}

/** Keeps the path that a file has in its layer; in a host mount its entry tells it. Returns 0 or a negative error number. */
function keepPath(k: Kernel, address: PhysicalAddress, path: Uint8Array): number {
  if (isHosted(k, address)) return 0;
  const text = keepBytes(k, path);
  if (text === 0) return -ErrorNumber.ENOSPC;
  const node = nodeAt(k, address);
  node.lowerPath = text;
  node.lowerLength = path.length;
  return 0;
}

/** Puts what a layer says of a file into its node. Returns 0 or a negative error number. */
function takeAttributes(
  k: Kernel,
  w: FilesWiring,
  address: PhysicalAddress,
  path: Uint8Array,
  attributes: OutsideAttributes,
): number {
  const node = nodeAt(k, address);
  // Without an identity, other names cannot be told to be the same file.
  if (attributes.kind === 'directory') node.links = Math.max(2, attributes.links);
  else node.links = isShared(attributes) ? attributes.links : 1;
  node.device = deviceNumber(attributes.deviceMajor, attributes.deviceMinor);
  takeTimes(k, address, attributes);
  if (attributes.kind === 'directory' && !isHosted(k, address)) node.flags |= NodeFlag.unfilled;
  if (attributes.kind === 'file') {
    node.size = attributes.size;
    node.lowerSize = attributes.size;
  }
  if (attributes.kind !== 'symlink') return 0;
  const layer = layerOf(k, w, node.mount);
  const target = ask(k, () => layer.link(path));
  if (typeof target === 'number') return target;
  const text = keepBytes(k, target);
  if (text === 0) return -ErrorNumber.ENOSPC;
  node.word = text;
  node.size = target.length;
  return 0;
}

export function takeTimes(k: Kernel, address: PhysicalAddress, attributes: OutsideAttributes): void {
  const node = nodeAt(k, address);
  const { modifiedSeconds, modifiedNanoseconds } = attributes;
  node.accessSeconds = modifiedSeconds;
  node.modifySeconds = modifiedSeconds;
  node.changeSeconds = modifiedSeconds;
  node.birthSeconds = modifiedSeconds;
  node.accessNanoseconds = modifiedNanoseconds;
  node.modifyNanoseconds = modifiedNanoseconds;
  node.changeNanoseconds = modifiedNanoseconds;
  node.birthNanoseconds = modifiedNanoseconds;
}

/** Keeps bytes from the outside in a record of their own; 0 when there is no memory. */
function keepBytes(k: Kernel, bytes: Uint8Array): PhysicalAddress {
  const text = allocateText(k, bytes.length, FrameUse.index);
  if (text === 0) return 0;
  k.memory.store(text, bytes);
  chargeAnswer(k, bytes.length);
  return text;
}
