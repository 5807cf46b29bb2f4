/**
 * Inodes: where they are, and what of them a node of the files service has.
 *
 * Mode, owners, size and times are the node's and are written when it is settled; links, block pointers and flags are only
 * ever changed on the disk's side, in buffers.
 */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { FileKind, ModeBit } from '../attributes.ts';
import type { NodeView } from '../records.ts';
import { groupBlock } from './allocation.ts';
import { blockAt, damaged, edit, get16, get32, put16, put32 } from './buffers.ts';
import { EXTRA_BYTES, Group, Inode, SMALL_INODE, TYPES } from './layout.ts';
import type { VolumeView } from './records.ts';

const TWO_32 = 2 ** 32;
/** Seconds beyond 32 bits are counted in the lowest two bits of the extra field, nanoseconds above them. */
const EPOCH_BITS = 3;

/** Where an inode is, for reading or for changing; PENDING, or a negative error number. */
export function inodeAt(k: Kernel, v: VolumeView, number: number, edits = false): number {
  if (number < 1 || number > v.inodes) return damaged(v);
  const table = groupBlock(k, v, Math.floor((number - 1) / v.inodesPerGroup), Group.inodeTable);
  if (table < 0) return table;
  const offset = ((number - 1) % v.inodesPerGroup) * v.inodeSize;
  const block = table + Math.floor(offset / v.blockSize);
  const at = edits ? edit(k, v, block) : blockAt(k, v, block);
  return at < 0 ? at : at + (offset % v.blockSize);
}

/** Does the inode have a field behind the first 128 bytes? */
function hasExtra(k: Kernel, v: VolumeView, at: PhysicalAddress, field: number): boolean {
  return v.inodeSize > SMALL_INODE && SMALL_INODE + get16(k, at + Inode.extra) >= field + 4;
}

interface Time {
  readonly seconds: number;
  readonly nanoseconds: number;
}

function timeAt(k: Kernel, v: VolumeView, at: PhysicalAddress, field: number, extra: number): Time {
  const low = get32(k, at + field) | 0;
  if (!hasExtra(k, v, at, extra)) return { seconds: low, nanoseconds: 0 };
  const more = get32(k, at + extra);
  return { seconds: low + (more & EPOCH_BITS) * TWO_32, nanoseconds: (more >>> 2) % 1_000_000_000 };
}

function putTime(
  k: Kernel,
  v: VolumeView,
  at: PhysicalAddress,
  field: number,
  extra: number,
  { seconds, nanoseconds }: Time,
): void {
  put32(k, at + field, seconds >>> 0);
  if (!hasExtra(k, v, at, extra)) return;
  const epoch = Math.round((seconds - (seconds | 0)) / TWO_32) & EPOCH_BITS;
  put32(k, at + extra, ((nanoseconds << 2) | epoch) >>> 0);
}

/** Bytes of a file, or -1 when the field makes no sense. */
function sizeAt(k: Kernel, at: PhysicalAddress, regular: boolean): number {
  const high = regular ? get32(k, at + Inode.sizeHigh) : 0;
  return high >= 2 ** 20 ? -1 : high * TWO_32 + get32(k, at + Inode.size);
}

/** Takes what an inode says over into a node. Returns 0, or EUCLEAN as a negative number. */
export function loadInode(k: Kernel, v: VolumeView, at: PhysicalAddress, node: NodeView): number {
  const mode = get16(k, at + Inode.mode);
  const kind = mode & FileKind.mask;
  const links = get16(k, at + Inode.links);
  if (TYPES[kind >>> 12] === undefined || links === 0) return damaged(v);
  const size = sizeAt(k, at, kind === FileKind.regular);
  if (size < 0) return damaged(v);
  node.mode = mode;
  node.user = get16(k, at + Inode.user) | (get16(k, at + Inode.userHigh) << 16);
  node.group = get16(k, at + Inode.group) | (get16(k, at + Inode.groupHigh) << 16);
  node.links = links;
  node.size = size;
  node.blocks = get32(k, at + Inode.blocks);
  node.incarnation = get32(k, at + Inode.incarnation);
  const access = timeAt(k, v, at, Inode.accessTime, Inode.accessExtra);
  const modify = timeAt(k, v, at, Inode.modifyTime, Inode.modifyExtra);
  const changed = timeAt(k, v, at, Inode.changeTime, Inode.changeExtra);
  const born = hasExtra(k, v, at, Inode.birthExtra);
  const birth = born ? timeAt(k, v, at, Inode.birthTime, Inode.birthExtra) : changed;
  node.accessSeconds = access.seconds;
  node.accessNanoseconds = access.nanoseconds;
  node.modifySeconds = modify.seconds;
  node.modifyNanoseconds = modify.nanoseconds;
  node.changeSeconds = changed.seconds;
  node.changeNanoseconds = changed.nanoseconds;
  node.birthSeconds = birth.seconds;
  node.birthNanoseconds = birth.nanoseconds;
  if (isDevice(kind)) node.device = get32(k, at + Inode.block) || get32(k, at + Inode.block + 4);
  return 0;
}

export function isDevice(kind: number): boolean {
  return kind === FileKind.character || kind === FileKind.block;
}

/** Writes a node's mode, owners, size and times into its inode, which is being edited. */
export function storeInode(k: Kernel, v: VolumeView, at: PhysicalAddress, node: NodeView): void {
  const kind = node.mode & FileKind.mask;
  put16(k, at + Inode.mode, kind | (node.mode & ModeBit.permissions));
  put16(k, at + Inode.user, node.user & 0xffff);
  put16(k, at + Inode.userHigh, node.user >>> 16);
  put16(k, at + Inode.group, node.group & 0xffff);
  put16(k, at + Inode.groupHigh, node.group >>> 16);
  put32(k, at + Inode.size, node.size >>> 0);
  if (kind === FileKind.regular) put32(k, at + Inode.sizeHigh, Math.floor(node.size / TWO_32));
  putTime(k, v, at, Inode.accessTime, Inode.accessExtra, {
    seconds: node.accessSeconds,
    nanoseconds: node.accessNanoseconds,
  });
  putTime(k, v, at, Inode.modifyTime, Inode.modifyExtra, {
    seconds: node.modifySeconds,
    nanoseconds: node.modifyNanoseconds,
  });
  putTime(k, v, at, Inode.changeTime, Inode.changeExtra, {
    seconds: node.changeSeconds,
    nanoseconds: node.changeNanoseconds,
  });
  if (isDevice(kind)) storeDevice(k, at, node.device);
}

/** Small numbers are in the first pointer, in the old layout of 16 bits; others in the second. */
function storeDevice(k: Kernel, at: PhysicalAddress, device: number): void {
  const small = device < 65_536;
  put32(k, at + Inode.block, small ? device : 0);
  put32(k, at + Inode.block + 4, small ? 0 : device);
}

/** Makes an inode of a cleared one. */
export function bearInode(
  k: Kernel,
  v: VolumeView,
  at: PhysicalAddress,
  node: NodeView,
  links: number,
): void {
  const incarnation = (get32(k, at + Inode.incarnation) + 1) >>> 0;
  k.memory.clear(at, v.inodeSize);
  put32(k, at + Inode.incarnation, incarnation);
  node.incarnation = incarnation;
  if (v.inodeSize > SMALL_INODE) put16(k, at + Inode.extra, Math.min(EXTRA_BYTES, v.inodeSize - SMALL_INODE));
  put16(k, at + Inode.links, links);
  storeInode(k, v, at, node);
  if (!hasExtra(k, v, at, Inode.birthExtra)) return;
  putTime(k, v, at, Inode.birthTime, Inode.birthExtra, {
    seconds: node.birthSeconds,
    nanoseconds: node.birthNanoseconds,
  });
}

/** Adds to an inode's count of links. Returns the new count, PENDING, or a negative error number: EMLINK, EUCLEAN. */
export function addLinks(k: Kernel, v: VolumeView, number: number, by: number, most: number): number {
  const at = inodeAt(k, v, number, true);
  if (at < 0) return at;
  const links = get16(k, at + Inode.links) + by;
  if (links > most) return -ErrorNumber.EMLINK;
  if (links < 0) return damaged(v);
  put16(k, at + Inode.links, links);
  return links;
}
