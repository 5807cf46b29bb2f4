/**
 * Reading the trees of the outside world that mounts stand on.
 *
 * Every call of a layer goes through `ask`, which turns a host's refusal into a negative error number, and is charged as
 * one access to a device and the words that it brings.
 */
import { Primitive } from '../../contracts/accounting.ts';
import { ErrorNumber } from '../../contracts/errors.ts';
import { type LowerLayer, OutsideError, type WritableLayer } from '../../contracts/outside.ts';
import { type FrameNumber, PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { MountKind } from './interface.ts';
import { Entry, EntryFlag, entryAt, mountAt, nodeAt } from './records.ts';
import type { FilesWiring } from './wiring.ts';

export function layerOf(k: Kernel, w: FilesWiring, mount: PhysicalAddress): LowerLayer {
  const number = mountAt(k, mount).layer;
  const layer = w.layers[number];
  if (layer === undefined) throw new Error(`there is no outside layer ${number}`);
  return layer;
}

/** The layer of a host mount, which can be written. */
export function writableOf(k: Kernel, w: FilesWiring, mount: PhysicalAddress): WritableLayer {
  return layerOf(k, w, mount) as WritableLayer;
}

/** Asks the outside; a refusal is a negative error number. */
export function ask<T>(k: Kernel, question: () => T): T | number {
  k.meter.charge(Primitive.deviceAccess, 1);
  try {
    return question();
  } catch (refusal) {
    if (refusal instanceof OutsideError) return -refusal.errorNumber;
    throw refusal;
  }
}

/** Charges the words that an answer brought. */
export function chargeAnswer(k: Kernel, bytes: number): void {
  k.meter.charge(Primitive.wordCopied, Math.ceil(bytes / 8));
}

/** Is a node's tree written through to the host? */
export function isHosted(k: Kernel, address: PhysicalAddress): boolean {
  return mountAt(k, nodeAt(k, address).mount).kind === MountKind.host;
}

/** Does what is written to a node's pages go on to where it is kept, so that nothing is masked? */
export function isWrittenThrough(k: Kernel, address: PhysicalAddress): boolean {
  const { kind } = mountAt(k, nodeAt(k, address).mount);
  return kind === MountKind.host || kind === MountKind.disk;
}

/**
 * A node's path in its layer: a copy, for layers may keep it. Over a read-only layer it is the one that the file had there
 * from the start; in a host mount, the present one. Undefined for a file of a host mount that has no name any more.
 */
export function pathInLayer(k: Kernel, address: PhysicalAddress): Uint8Array | undefined {
  if (isHosted(k, address)) return presentPath(k, address);
  const { lowerPath, lowerLength } = nodeAt(k, address);
  return k.memory.bytes(lowerPath, lowerLength).slice();
}

/** The path by which a node was last reached, in its mount; undefined when it has none any more. */
export function presentPath(k: Kernel, address: PhysicalAddress): Uint8Array | undefined {
  const { root } = mountAt(k, nodeAt(k, address).mount);
  let path: Uint8Array = new Uint8Array(0);
  for (let at = address; at !== root; ) {
    const { entry } = nodeAt(k, at);
    if (entry === 0) return undefined;
    const view = entryAt(k, entry);
    if ((view.flags & EntryFlag.detached) !== 0) return undefined;
    const name = k.memory.bytes(entry + Entry.size, view.length);
    path = path.length === 0 ? name.slice() : joinPath(name, path);
    k.examine(name.length);
    at = view.directory;
  }
  return path;
}

/** A path within a directory of a layer. */
export function joinPath(directory: Uint8Array, name: Uint8Array): Uint8Array {
  if (directory.length === 0) return name.slice();
  const path = new Uint8Array(directory.length + 1 + name.length);
  path.set(directory);
  path[directory.length] = 0x2f;
  path.set(name, directory.length + 1);
  return path;
}

/** Fills a cleared frame with a page of the layer's file. Returns 0 or a negative error number. */
export function readLower(
  k: Kernel,
  w: FilesWiring,
  address: PhysicalAddress,
  index: number,
  frame: FrameNumber,
): number {
  const node = nodeAt(k, address);
  const start = index * PAGE_SIZE;
  const length = Math.min(PAGE_SIZE, node.lowerSize - start);
  const layer = layerOf(k, w, node.mount);
  const path = pathInLayer(k, address);
  if (path === undefined) return -ErrorNumber.EIO;
  const read = ask(k, () => layer.read(path, start, k.memory.bytes(frame * PAGE_SIZE, length)));
  if (read < 0) return read;
  if (read > length) return -ErrorNumber.EIO;
  chargeAnswer(k, read);
  return 0;
}
