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
import { mountAt, type NodeView, nodeAt } from './records.ts';
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

/** A node's path in its layer: a copy, for layers may keep it. */
export function lowerPathOf(k: Kernel, node: NodeView): Uint8Array {
  return k.memory.bytes(node.lowerPath, node.lowerLength).slice();
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
  const path = lowerPathOf(k, node);
  const read = ask(k, () => layer.read(path, start, k.memory.bytes(frame * PAGE_SIZE, length)));
  if (read < 0) return read;
  if (read > length) return -ErrorNumber.EIO;
  chargeAnswer(k, read);
  return 0;
}
