/**
 * Taking and giving back blocks and inodes: bits in the bitmaps of groups, and the counts beside them.
 */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { callerOf } from '../permissions.ts';
import { abandon, blockAt, damaged, edit, get16, get32, isBlock, put16 } from './buffers.ts';
import { GROUP_BYTES, Group } from './layout.ts';
import type { VolumeView } from './records.ts';

/** Where a group's descriptor is, for reading or for changing. */
export function groupAt(k: Kernel, v: VolumeView, group: number, edits: boolean): number {
  const perBlock = v.blockSize / GROUP_BYTES;
  const block = v.firstDataBlock + 1 + Math.floor(group / perBlock);
  const at = edits ? edit(k, v, block) : blockAt(k, v, block);
  return at < 0 ? at : at + (group % perBlock) * GROUP_BYTES;
}

/** A block that a descriptor names. */
export function groupBlock(k: Kernel, v: VolumeView, group: number, field: number): number {
  const at = groupAt(k, v, group, false);
  if (at < 0) return at;
  const block = get32(k, at + field);
  return isBlock(v, block) ? block : damaged(v);
}

function isSet(k: Kernel, bitmap: PhysicalAddress, bit: number): boolean {
  return (((k.memory.u8[bitmap + (bit >>> 3)] as number) >>> (bit & 7)) & 1) === 1;
}

function flip(k: Kernel, bitmap: PhysicalAddress, bit: number): void {
  const at = bitmap + (bit >>> 3);
  k.memory.u8[at] = (k.memory.u8[at] as number) ^ (1 << (bit & 7));
  (k.store.f64[k.store.writeCell] as number) += 1;
}

/** The first clear bit from `from` on, then from the beginning; -1 when all `count` are set. */
function clearBit(k: Kernel, bitmap: PhysicalAddress, from: number, count: number): number {
  for (let looked = 0; looked < count; looked++) {
    const bit = (from + looked) % count;
    // Whole bytes at a time.
    if ((bit & 7) === 0 && bit + 8 <= count && k.memory.u8[bitmap + (bit >>> 3)] === 0xff) {
      looked += 7;
      continue;
    }
    if (isSet(k, bitmap, bit)) continue;
    k.examine(Math.ceil(looked / 8));
    return bit;
  }
  k.examine(Math.ceil(count / 8));
  return -1;
}

function count(k: Kernel, at: PhysicalAddress, by: number): void {
  put16(k, at, get16(k, at) + by);
}

/** Takes a clear bit of a group's bitmap. Returns the bit; -1 when there is none after all; or PENDING or a negative error below. */
function takeBit(
  k: Kernel,
  v: VolumeView,
  group: number,
  map: number,
  counter: number,
  from: number,
  bits: number,
): number {
  const block = groupBlock(k, v, group, map);
  const seen = block < 0 ? block : blockAt(k, v, block);
  if (seen < 0) return seen;
  const bit = clearBit(k, seen, from, bits);
  if (bit < 0) return damaged(v);
  const bitmap = edit(k, v, block);
  const descriptor = groupAt(k, v, group, true);
  if (bitmap < 0 || descriptor < 0) return Math.min(bitmap, descriptor);
  flip(k, bitmap, bit);
  count(k, descriptor + counter, -1);
  return bit;
}

function blocksIn(v: VolumeView, group: number): number {
  return Math.min(v.blocksPerGroup, v.blocks - v.firstDataBlock - group * v.blocksPerGroup);
}

/** May the caller take another block? The last ones are user 0's. */
function hasRoom(k: Kernel, v: VolumeView): boolean {
  const left = v.freeBlocks - v.blocksTaken;
  return left > v.reservedBlocks || (left > 0 && callerOf(k).user === 0);
}

/** Takes a block, near `goal`. Its number, PENDING, or a negative error number: ENOSPC. */
export function takeBlock(k: Kernel, v: VolumeView, goal: number): number {
  if (!hasRoom(k, v)) return -ErrorNumber.ENOSPC;
  const near = isBlock(v, goal) ? goal - v.firstDataBlock : 1;
  const first = Math.floor(near / v.blocksPerGroup);
  for (let step = 0; step < v.groups; step++) {
    const group = (first + step) % v.groups;
    const descriptor = groupAt(k, v, group, false);
    if (descriptor < 0) return descriptor;
    if (get16(k, descriptor + Group.freeBlocks) === 0) continue;
    const from = step === 0 ? near % v.blocksPerGroup : 0;
    const bit = takeBit(k, v, group, Group.blockBitmap, Group.freeBlocks, from, blocksIn(v, group));
    if (bit < 0) return bit;
    v.blocksTaken += 1;
    const block = v.firstDataBlock + group * v.blocksPerGroup + bit;
    return isBlock(v, block) ? block : damaged(v);
  }
  return -ErrorNumber.ENOSPC;
}

/** Gives a block back. 0, PENDING, or a negative error number: EUCLEAN when it was free. */
export function giveBlock(k: Kernel, v: VolumeView, block: number): number {
  if (!isBlock(v, block)) return damaged(v);
  const offset = block - v.firstDataBlock;
  const group = Math.floor(offset / v.blocksPerGroup);
  const left = abandon(k, v, block);
  if (left < 0) return left;
  const error = giveBit(k, v, group, Group.blockBitmap, Group.freeBlocks, offset % v.blocksPerGroup);
  if (error === 0) v.blocksTaken -= 1;
  return error;
}

function giveBit(k: Kernel, v: VolumeView, group: number, map: number, counter: number, bit: number): number {
  const block = groupBlock(k, v, group, map);
  const bitmap = block < 0 ? block : edit(k, v, block);
  if (bitmap < 0) return bitmap;
  const descriptor = groupAt(k, v, group, true);
  if (descriptor < 0) return descriptor;
  if (!isSet(k, bitmap, bit)) return damaged(v);
  flip(k, bitmap, bit);
  count(k, descriptor + counter, 1);
  return 0;
}

/** The group for a new directory: the one with the most free inodes. For others: their directory's, or the next with room. */
function groupForInode(k: Kernel, v: VolumeView, parent: number, directory: boolean): number {
  const first = Math.floor((parent - 1) / v.inodesPerGroup);
  let best = -1;
  let most = 0;
  for (let step = 0; step < v.groups; step++) {
    const group = (first + step) % v.groups;
    const at = groupAt(k, v, group, false);
    if (at < 0) return at;
    const free = get16(k, at + Group.freeInodes);
    if (free > most) {
      most = free;
      best = group;
      if (!directory) break;
    }
  }
  return best < 0 ? -ErrorNumber.ENOSPC : best;
}

/** Takes an inode for a file in the directory whose inode is `parent`. Its number, PENDING, or a negative error number. */
export function takeInode(k: Kernel, v: VolumeView, parent: number, directory: boolean): number {
  const group = groupForInode(k, v, parent, directory);
  if (group < 0) return group;
  const bit = takeBit(k, v, group, Group.inodeBitmap, Group.freeInodes, 0, v.inodesPerGroup);
  if (bit < 0) return bit;
  const number = group * v.inodesPerGroup + bit + 1;
  if (number < v.firstInode || number > v.inodes) return damaged(v);
  v.inodesTaken += 1;
  return directory ? countDirectory(k, v, number, 1) || number : number;
}

function countDirectory(k: Kernel, v: VolumeView, number: number, by: number): number {
  const descriptor = groupAt(k, v, Math.floor((number - 1) / v.inodesPerGroup), true);
  if (descriptor < 0) return descriptor;
  count(k, descriptor + Group.directories, by);
  return 0;
}

/** Gives an inode back. 0, PENDING, or a negative error number. */
export function giveInode(k: Kernel, v: VolumeView, number: number, directory: boolean): number {
  const group = Math.floor((number - 1) / v.inodesPerGroup);
  const bit = (number - 1) % v.inodesPerGroup;
  const error = giveBit(k, v, group, Group.inodeBitmap, Group.freeInodes, bit);
  if (error !== 0) return error;
  v.inodesTaken -= 1;
  return directory ? countDirectory(k, v, number, -1) : 0;
}
