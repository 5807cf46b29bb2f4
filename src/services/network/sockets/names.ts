/** Names of local sockets: paths and abstract names, and how sockets are found by them. */
import { Primitive } from '../../../contracts/accounting.ts';
import type { ViewOf } from '../../../contracts/records.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { LocalName, Socket, type SocketView } from '../records.ts';
import { rootOf, socketAt, treeOf } from '../root.ts';

type NameView = ViewOf<typeof LocalName.schema>;

export function nameAt(k: Kernel, name: PhysicalAddress): NameView {
  return LocalName.at(k.store, name);
}

/** A name of bytes at a place of the service's, with one holder; 0 when there is no memory. */
export function makeName(k: Kernel, from: PhysicalAddress, length: number): PhysicalAddress {
  const address = k.slab.allocate(k.domain, LocalName.size);
  if (address === 0) return 0;
  const name = nameAt(k, address);
  name.references = 1;
  name.length = length;
  k.memory.copy(name.bytes, from, length);
  k.meter.charge(Primitive.wordCopied, Math.ceil(length / 8));
  return address;
}

/** The same name for another holder. */
export function holdName(k: Kernel, name: PhysicalAddress): PhysicalAddress {
  if (name !== 0) nameAt(k, name).references += 1;
  return name;
}

export function dropName(k: Kernel, address: PhysicalAddress): void {
  const name = nameAt(k, address);
  name.references -= 1;
  if (name.references === 0) k.slab.release(address);
}

/** FNV-1a, 32 bits: spreads abstract names over the tree's keys. */
function hash(k: Kernel, at: PhysicalAddress, length: number): number {
  k.examine(length);
  let value = 0x811c9dc5;
  for (let index = 0; index < length; index++)
    value = Math.imul(value ^ (k.memory.u8[at + index] as number), 0x01000193);
  return value >>> 0;
}

function isSame(k: Kernel, name: PhysicalAddress, at: PhysicalAddress, length: number): boolean {
  const { length: own, bytes } = nameAt(k, name);
  if (own !== length) return false;
  k.examine(length);
  for (let index = 0; index < length; index++)
    if (k.memory.u8[bytes + index] !== k.memory.u8[at + index]) return false;
  return true;
}

/** The socket that is bound to an abstract name, or undefined. */
export function findAbstract(k: Kernel, at: PhysicalAddress, length: number): SocketView | undefined {
  const tree = treeOf(k, 'abstract');
  const key = hash(k, at, length);
  for (let node = tree.atLeast(key); node !== 0 && tree.key(node) === key; node = tree.after(node)) {
    const socket = socketAt(k, node - Socket.offsets.bound);
    if (isSame(k, socket.name, at, length)) return socket;
  }
  return undefined;
}

/** The socket that is bound to a node, or undefined. */
export function findByNode(k: Kernel, key: number): SocketView | undefined {
  const tree = treeOf(k, 'nodes');
  const node = tree.atLeast(key);
  return node !== 0 && tree.key(node) === key ? socketAt(k, node - Socket.offsets.bound) : undefined;
}

/** Makes a socket with a name findable: by its node, or by the name when `node` is 0. */
export function publish(k: Kernel, socket: SocketView, node: number): void {
  const { bytes, length } = nameAt(k, socket.name);
  if (node !== 0) treeOf(k, 'nodes').insert(socket.bound, node);
  else treeOf(k, 'abstract').insert(socket.bound, hash(k, bytes, length));
  socket.isBound = node !== 0 ? Bound.node : Bound.abstract;
}

/** In which tree a socket's `bound` is. */
export const Bound = { no: 0, node: 1, abstract: 2, streamPort: 3, datagramPort: 4 } as const;
const TREES = ['sockets', 'nodes', 'abstract', 'streamPorts', 'datagramPorts'] as const;

/** Takes a socket out of the tree that it was found by. */
export function unpublish(k: Kernel, socket: SocketView): void {
  const { isBound } = socket;
  if (isBound === Bound.no) return;
  treeOf(k, TREES[isBound] ?? 'sockets').remove(socket.bound);
  socket.isBound = Bound.no;
}

const DIGITS = 5;
const NAMES = 16 ** DIGITS;

/** Writes an abstract name that no socket has to a place of the service's. Returns its length; 0 when all are taken. */
export function inventName(k: Kernel, at: PhysicalAddress): number {
  const root = rootOf(k);
  for (let tried = 0; tried < NAMES; tried++) {
    const number = root.nextName;
    root.nextName = (number + 1) % NAMES;
    const text = number.toString(16).padStart(DIGITS, '0');
    k.memory.u8[at] = 0;
    for (let index = 0; index < DIGITS; index++) k.memory.u8[at + 1 + index] = text.charCodeAt(index);
    if (findAbstract(k, at, DIGITS + 1) === undefined) return DIGITS + 1;
  }
  return 0;
}
