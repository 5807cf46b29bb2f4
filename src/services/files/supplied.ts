/**
 * Nodes of supplied trees (procfs, sysfs, devfs): never cached, made when a name is looked up and gone with their last hold.
 *
 * While a node is held, it is the node of its number for everybody. It owns an entry with the name by which it was reached,
 * which is in no directory's trees but tells its path and holds the directory above.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { ViewOf } from '../../contracts/records.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Tree } from '../../kernel/tree.ts';
import { SuppliedAttributes } from './attributes.ts';
import type { Name } from './directories.ts';
import { hold, makeNode } from './nodes.ts';
import { Entry, EntryFlag, entryAt, Mount, Node, NodeFlag, nodeAt } from './records.ts';
import { allocateRecord } from './storage.ts';
import type { FilesWiring } from './wiring.ts';

/** The number by which a supplier knows its root. */
export const ROOT_NUMBER = 1;

/** The node of a supplier's number, held, with the attributes found at `described`; or a negative error number. */
export function suppliedNode(
  k: Kernel,
  w: FilesWiring,
  mount: PhysicalAddress,
  number: number,
  described: PhysicalAddress,
): PhysicalAddress {
  const tree = new Tree(k.store, mount + Mount.offsets.identities);
  const found = tree.atLeast(number);
  if (found !== 0 && tree.key(found) === number) {
    takeDescription(k, found - Node.offsets.identity, described);
    return hold(k, found - Node.offsets.identity);
  }
  const made = makeNode(k, w, mount, 0, 0, 0);
  if (made < 0) return made;
  const node = nodeAt(k, made);
  node.number = number;
  node.flags = NodeFlag.supplied | NodeFlag.identified;
  tree.insert(made + Node.offsets.identity, number);
  takeDescription(k, made, described);
  return hold(k, made);
}

/** Puts a supplier's description into a node. */
function takeDescription(k: Kernel, address: PhysicalAddress, described: PhysicalAddress): void {
  const from: ViewOf<typeof SuppliedAttributes.schema> = SuppliedAttributes.at(k.store, described);
  const node = nodeAt(k, address);
  const { seconds } = from;
  node.mode = from.mode;
  node.links = Math.max(1, from.links);
  node.user = from.user;
  node.group = from.group;
  node.device = from.device;
  node.size = from.size;
  node.modifySeconds = seconds;
  node.changeSeconds = seconds;
  node.accessSeconds = seconds;
  node.birthSeconds = seconds;
  node.modifyNanoseconds = 0;
  node.changeNanoseconds = 0;
  node.accessNanoseconds = 0;
  node.birthNanoseconds = 0;
}

/** Gives a supplied node, just reached and held, the name and directory that led to it. Returns 0 or a negative error number. */
export function nameSupplied(
  k: Kernel,
  address: PhysicalAddress,
  directory: PhysicalAddress,
  name: Name,
): number {
  if (nodeAt(k, address).entry !== 0) return 0;
  const made = allocateRecord(k, Entry.size + name.length);
  if (made === 0) return -ErrorNumber.ENOMEM;
  k.memory.copy(made + Entry.size, name.start, name.length);
  const entry = entryAt(k, made);
  entry.length = name.length;
  entry.directory = hold(k, directory);
  entry.node = address;
  entry.flags = EntryFlag.detached;
  nodeAt(k, address).entry = made;
  return 0;
}
