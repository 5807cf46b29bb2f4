/**
 * Who may do what: the owner's, the group's and the others' bits, and what user 0 may beyond them.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FileKind, ModeBit } from './attributes.ts';
import { MountFlag } from './interface.ts';
import { mountAt, type NodeView, nodeAt, readWord } from './records.ts';

export const Right = { execute: 1, write: 2, read: 4 } as const;

/** Whom the caller acts for. User 0 passes every check but that of executing a file without an execute bit. */
export interface Caller {
  readonly user: number;
  readonly group: number;
  /** Is it in this group, by its own or a supplementary one? */
  member(group: number): boolean;
}

/** A domain of the structure's plan acts for itself. */
const SYSTEM: Caller = { user: 0, group: 0, member: () => true };

/** The caller by its numbers for files, or by its real ones as access(2) asks. */
export function callerOf(k: Kernel, real = false): Caller {
  const { credentials } = k;
  if (credentials.address === 0) return SYSTEM;
  const user = real ? credentials.user : credentials.filesystemUser;
  const group = real ? credentials.group : credentials.filesystemGroup;
  return { user, group, member: (other) => other === group || hasGroup(k, other) };
}

function hasGroup(k: Kernel, group: number): boolean {
  const { groups, groupCount } = k.credentials;
  for (let index = 0; index < groupCount; index++) if (readWord(k, groups + index * 4) === group) return true;
  return false;
}

/** Do the node's bits give these rights? */
export function granted(node: NodeView, rights: number, who: Caller): boolean {
  const { mode } = node;
  if (who.user === 0) {
    const runs = (mode & FileKind.mask) === FileKind.directory || (mode & ModeBit.anyExecute) !== 0;
    return (rights & Right.execute) === 0 || runs;
  }
  const bits = who.user === node.user ? mode >>> 6 : who.member(node.group) ? mode >>> 3 : mode;
  return (bits & rights) === rights;
}

/** 0, or the negative error number of an access with these rights. */
export function refusal(k: Kernel, address: PhysicalAddress, rights: number, who = callerOf(k)): number {
  const node = nodeAt(k, address);
  if ((rights & Right.write) !== 0 && isReadOnly(k, node.mount)) {
    const kind = node.mode & FileKind.mask;
    // Writing to a device or a FIFO does not change the filesystem.
    if (kind === FileKind.regular || kind === FileKind.directory || kind === FileKind.symbolicLink)
      return -ErrorNumber.EROFS;
  }
  return granted(node, rights, who) ? 0 : -ErrorNumber.EACCES;
}

export function isReadOnly(k: Kernel, mount: PhysicalAddress): boolean {
  return (mountAt(k, mount).flags & MountFlag.readOnly) !== 0;
}

/** May the caller do what only the owner may? */
export function owns(node: NodeView, who: Caller): boolean {
  return who.user === 0 || who.user === node.user;
}

/** In a sticky directory, names may be removed by the file's owner and the directory's only. */
export function stickyForbids(directory: NodeView, node: NodeView, who: Caller): boolean {
  if ((directory.mode & ModeBit.sticky) === 0) return false;
  return !owns(node, who) && !owns(directory, who);
}
