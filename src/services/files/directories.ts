/**
 * Directories: names as records, found by a hash in one tree and listed by a position in another.
 *
 * Positions only grow, so that a cursor stays good while names come and go. Positions 0 and 1 are '.' and '..'. An entry
 * that is removed while its node lives on stays with the node, so that the node's last path can still be told.
 */
import { Primitive } from '../../contracts/accounting.ts';
import { ErrorNumber } from '../../contracts/errors.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Tree } from '../../kernel/tree.ts';
import { hashName, sameBytes } from './names.ts';
import { Entry, EntryFlag, entryAt, Node, nodeAt } from './records.ts';
import { allocateRecord } from './storage.ts';

/** The position of the first entry that is neither '.' nor '..'. */
export const FIRST_POSITION = 2;

/** A name: where its bytes are. */
export interface Name {
  readonly start: PhysicalAddress;
  readonly length: number;
}

function byName(k: Kernel, directory: PhysicalAddress): Tree {
  return new Tree(k.store, directory + Node.offsets.byName);
}

function byPosition(k: Kernel, directory: PhysicalAddress): Tree {
  return new Tree(k.store, directory + Node.offsets.byPosition);
}

/** The entry of a name, or 0. */
export function findEntry(k: Kernel, directory: PhysicalAddress, name: Name): PhysicalAddress {
  const hash = hashName(k, name.start, name.length);
  const tree = byName(k, directory);
  for (let at = tree.atLeast(hash); at !== 0 && tree.key(at) === hash; at = tree.after(at))
    if (entryAt(k, at).length === name.length && sameBytes(k, at + Entry.size, name.start, name.length))
      return at;
  return 0;
}

/** Adds a name that is not there yet; the entry, or a negative error number. The node's count of names is the caller's. */
export function insertEntry(
  k: Kernel,
  directory: PhysicalAddress,
  name: Name,
  node: PhysicalAddress,
): PhysicalAddress {
  const address = allocateRecord(k, Entry.size + name.length);
  if (address === 0) return -ErrorNumber.ENOSPC;
  k.memory.copy(address + Entry.size, name.start, name.length);
  k.meter.charge(Primitive.wordCopied, Math.ceil(name.length / 8));
  const entry = entryAt(k, address);
  entry.length = name.length;
  attach(k, directory, address);
  if (node !== 0) pointEntry(k, address, node);
  return address;
}

/** Puts an entry's record into a directory's trees, at a new position. */
function attach(k: Kernel, directory: PhysicalAddress, address: PhysicalAddress): void {
  const holder = nodeAt(k, directory);
  const position = Math.max(holder.nextPosition, FIRST_POSITION);
  holder.nextPosition = position + 1;
  holder.entries += 1;
  entryAt(k, address).directory = directory;
  byName(k, directory).insert(address, hashName(k, address + Entry.size, entryAt(k, address).length));
  byPosition(k, directory).insert(address + Entry.offsets.byPosition, position);
}

/** Makes an entry lead to a node. */
export function pointEntry(k: Kernel, address: PhysicalAddress, node: PhysicalAddress): void {
  const entry = entryAt(k, address);
  const target = nodeAt(k, node);
  entry.node = node;
  entry.number = target.number;
  entry.kind = target.mode >>> 12;
}

/** Takes an entry out of its directory's trees; its record lives on and is the caller's. */
export function detachEntry(k: Kernel, address: PhysicalAddress): void {
  const entry = entryAt(k, address);
  const { directory } = entry;
  byName(k, directory).remove(address);
  byPosition(k, directory).remove(address + Entry.offsets.byPosition);
  nodeAt(k, directory).entries -= 1;
  entry.flags |= EntryFlag.detached;
}

/** The first entry at or after a position, or 0. */
export function entryFrom(k: Kernel, directory: PhysicalAddress, position: number): PhysicalAddress {
  const found = byPosition(k, directory).atLeast(position);
  return found === 0 ? 0 : found - Entry.offsets.byPosition;
}

export function positionOf(k: Kernel, directory: PhysicalAddress, entry: PhysicalAddress): number {
  return byPosition(k, directory).key(entry + Entry.offsets.byPosition);
}

/** Any entry of a directory, or 0. */
export function anyEntry(k: Kernel, directory: PhysicalAddress): PhysicalAddress {
  return entryFrom(k, directory, 0);
}
