/**
 * Giving names to nodes and making new ones in a directory.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FileKind, ModeBit } from './attributes.ts';
import { touchModified } from './clock.ts';
import { findEntry, insertEntry, type Name } from './directories.ts';
import { formatOf } from './format.ts';
import { forget, isDirectory, makeNode, noteEntry } from './nodes.ts';
import { type Caller, callerOf, isReadOnly, Right, refusal } from './permissions.ts';
import { NodeFlag, nodeAt, type WalkView } from './records.ts';
import type { FilesWiring } from './wiring.ts';

/** The last component of a walk. */
export function lastName(walk: WalkView): Name {
  return { start: walk.name, length: walk.nameLength };
}

/** May the caller make a name in a directory? 0 or a negative error number. */
export function mayCreate(k: Kernel, directory: PhysicalAddress): number {
  const node = nodeAt(k, directory);
  if (isReadOnly(k, node.mount)) return -ErrorNumber.EROFS;
  if (node.links === 0) return -ErrorNumber.ENOENT;
  if ((node.flags & NodeFlag.supplied) !== 0) return -ErrorNumber.EPERM;
  return refusal(k, directory, Right.write | Right.execute);
}

/** Enters a name for a node: counts it, and notes the change. Returns the entry or a negative error number: EEXIST when somebody else was faster. */
export function enterName(
  k: Kernel,
  w: FilesWiring,
  directory: PhysicalAddress,
  name: Name,
  node: PhysicalAddress,
): PhysicalAddress {
  if (findEntry(k, directory, name) !== 0) return -ErrorNumber.EEXIST;
  const entry = insertEntry(k, directory, name, node);
  if (entry < 0) return entry;
  if (isDirectory(k, node)) {
    nodeAt(k, node).links = 2;
    nodeAt(k, directory).links += 1;
  } else nodeAt(k, node).links += 1;
  noteEntry(k, node, entry);
  touchModified(k, w, directory);
  return entry;
}

/** A new node whose group and mode follow its directory's, without a name yet; or a negative error number. */
export function makeWithin(
  k: Kernel,
  w: FilesWiring,
  directory: PhysicalAddress,
  mode: number,
): PhysicalAddress {
  const who = callerOf(k);
  const parent = nodeAt(k, directory);
  const inherits = (parent.mode & ModeBit.setGroup) !== 0;
  const group = inherits ? parent.group : who.group;
  return makeNode(k, w, parent.mount, inherits ? inheritedMode(mode, group, who) : mode, who.user, group);
}

/** Within a set-group directory, directories are so too, and only members may make programs that run as the group. */
function inheritedMode(mode: number, group: number, who: Caller): number {
  if ((mode & FileKind.mask) === FileKind.directory) return mode | ModeBit.setGroup;
  const runsAsGroup = (mode & ModeBit.setGroup) !== 0 && (mode & ModeBit.groupExecute) !== 0;
  return runsAsGroup && who.user !== 0 && !who.member(group) ? mode & ~ModeBit.setGroup : mode;
}

/** Where the bytes of a symbolic link's target are, for a node that takes them over. */
export type Target = Name;

/** Makes a node with a name; or a negative error number, and a target is still the caller's. The node is not held. */
export function createChild(
  k: Kernel,
  w: FilesWiring,
  directory: PhysicalAddress,
  name: Name,
  mode: number,
  target?: Target,
): PhysicalAddress {
  if (findEntry(k, directory, name) !== 0) return -ErrorNumber.EEXIST;
  const made = makeWithin(k, w, directory, mode);
  if (made < 0) return made;
  const bytes = target && k.memory.bytes(target.start, target.length).slice();
  const refused = formatOf(k, w, directory).create(k, w, { directory, name, node: made }, bytes);
  const entry = refused === 0 ? enterName(k, w, directory, name, made) : refused;
  if (entry < 0) {
    forget(k, made);
    return entry;
  }
  if (target !== undefined) {
    const node = nodeAt(k, made);
    node.word = target.start;
    node.size = target.length;
  }
  return made;
}
