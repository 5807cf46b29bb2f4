/**
 * Which block of the disk holds which block of a file: twelve pointers in the inode, then trees of indirect blocks of height
 * one, two and three. A pointer of 0 is a hole.
 */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { giveBlock, takeBlock } from './allocation.ts';
import { blockAt, damaged, edit, fresh, get32, isBlock, put32 } from './buffers.ts';
import { inodeAt } from './inodes.ts';
import { DIRECT, Inode } from './layout.ts';
import type { VolumeView } from './records.ts';

/** Which pointer of the inode, and which one in each indirect block below it. Undefined when no file has such a block. */
function pathTo(v: VolumeView, index: number): number[] | undefined {
  if (index < DIRECT) return [index];
  const fan = v.blockSize / 4;
  let rest = index - DIRECT;
  for (let height = 1; height <= 3; height++) {
    if (rest < fan ** height) {
      const path = [DIRECT + height - 1];
      for (let level = height - 1; level >= 0; level--) path.push(Math.floor(rest / fan ** level) % fan);
      return path;
    }
    rest -= fan ** height;
  }
  return undefined;
}

/** The largest size of a file: the tree's, and what the count of 512-byte units can tell. */
export function largestFile(v: VolumeView): number {
  const fan = v.blockSize / 4;
  return Math.min((DIRECT + fan + fan ** 2 + fan ** 3) * v.blockSize, 2 ** 41 - v.blockSize);
}

/** The block of the disk that holds a block of a file; 0 for a hole; PENDING, or a negative error number. */
export function mapped(k: Kernel, v: VolumeView, inode: number, index: number): number {
  const path = pathTo(v, index);
  if (path === undefined) return 0;
  const at = inodeAt(k, v, inode);
  if (at < 0) return at;
  let block = get32(k, at + Inode.block + 4 * (path[0] as number));
  for (const step of path.slice(1)) {
    if (block === 0) return 0;
    if (!isBlock(v, block)) return damaged(v);
    const table = blockAt(k, v, block);
    if (table < 0) return table;
    block = get32(k, table + 4 * step);
  }
  return block === 0 || isBlock(v, block) ? block : damaged(v);
}

/** The block near which a file's next one is wanted. */
function goalFor(k: Kernel, v: VolumeView, inode: number, index: number): number {
  const before = index === 0 ? 0 : mapped(k, v, inode, index - 1);
  if (before > 0) return before + 1;
  return v.firstDataBlock + Math.floor((inode - 1) / v.inodesPerGroup) * v.blocksPerGroup + 1;
}

/** What `assign` has done so far. */
interface Assigned {
  readonly inode: number;
  readonly goal: number;
  taken: number;
}

/** Where the pointer of a table is, a table that exists: being edited only when it must be changed. */
function pointer(k: Kernel, v: VolumeView, table: number, index: number, edits: boolean): number {
  const at = edits ? edit(k, v, table) : blockAt(k, v, table);
  return at < 0 ? at : at + 4 * index;
}

/** Takes a block for an empty pointer; a table's is cleared. */
function fill(k: Kernel, v: VolumeView, a: Assigned, at: PhysicalAddress, isTable: boolean): number {
  const block = takeBlock(k, v, a.goal);
  if (block < 0) return block;
  if (isTable) {
    const made = fresh(k, v, block);
    if (made < 0) return made;
  }
  put32(k, at, block);
  a.taken += 1;
  return block;
}

/**
 * The same as `mapped`, with blocks taken for what is missing; within `change`. `taken` counts them. ENOSPC, EFBIG.
 * The new block's content is the caller's to write.
 */
export function assign(k: Kernel, v: VolumeView, inode: number, index: number): number {
  const path = pathTo(v, index);
  if (path === undefined) return -ErrorNumber.EFBIG;
  const present = mapped(k, v, inode, index);
  if (present !== 0) return present;
  const a: Assigned = { inode, goal: goalFor(k, v, inode, index), taken: 0 };
  const at = inodeAt(k, v, inode, true);
  if (at < 0) return at;
  let place = at + Inode.block + 4 * (path[0] as number);
  let block = 0;
  for (let level = 0; level < path.length; level++) {
    if (level > 0) {
      place = pointer(k, v, block, path[level] as number, true);
      if (place < 0) return place;
    }
    block = get32(k, place);
    if (block !== 0) continue;
    block = fill(k, v, a, place, level < path.length - 1);
    if (block < 0) return block;
  }
  put32(k, at + Inode.blocks, get32(k, at + Inode.blocks) + (a.taken * v.blockSize) / 512);
  return block;
}

/** Blocks given back by one call of `cut`, at most. */
const CUT_BATCH = 128;

interface Cut {
  readonly keep: number;
  left: number;
  given: number;
}

/** Gives back what a pointer leads to, as far as it lies behind `keep`. 1 when nothing is left there, 0 when something stays. */
function cutTree(
  k: Kernel,
  v: VolumeView,
  c: Cut,
  place: PhysicalAddress,
  first: number,
  height: number,
): number {
  const block = get32(k, place);
  if (block === 0) return 1;
  if (!isBlock(v, block)) return damaged(v);
  const emptied = height === 0 ? (first >= c.keep ? 1 : 0) : cutTable(k, v, c, block, first, height);
  if (emptied !== 1) return emptied;
  if (c.left === 0) return 0;
  const error = giveBlock(k, v, block);
  if (error !== 0) return error;
  put32(k, place, 0);
  c.left -= 1;
  c.given += 1;
  return 1;
}

function cutTable(k: Kernel, v: VolumeView, c: Cut, block: number, first: number, height: number): number {
  const fan = v.blockSize / 4;
  const span = fan ** (height - 1);
  // A table that goes altogether need not be edited pointer by pointer, but a part of it may stay for the next call.
  const table = edit(k, v, block);
  if (table < 0) return table;
  let stays = false;
  for (let index = fan - 1; index >= 0; index--) {
    const from = first + index * span;
    if (from + span <= c.keep) return stays ? 0 : isEmptyBelow(k, table, index);
    const result = cutTree(k, v, c, table + 4 * index, from, height - 1);
    if (result < 0) return result;
    if (result === 0) {
      stays = true;
      if (c.left === 0) return 0;
    }
  }
  return stays ? 0 : 1;
}

/** 1 when the pointers of a table up to an index are all empty. */
function isEmptyBelow(k: Kernel, table: PhysicalAddress, index: number): number {
  for (let at = 0; at <= index; at++) if (get32(k, table + 4 * at) !== 0) return 0;
  return 1;
}

/**
 * Gives back blocks of a file from its block `keep` on; within `change`. 1 when all are gone, 0 when there is more to do,
 * PENDING, or a negative error number.
 */
export function cut(k: Kernel, v: VolumeView, inode: number, keep: number): number {
  const at = inodeAt(k, v, inode, true);
  if (at < 0) return at;
  const fan = v.blockSize / 4;
  const c: Cut = { keep, left: CUT_BATCH, given: 0 };
  let first = DIRECT + fan + fan ** 2;
  for (let height = 3; height >= 1 && c.left > 0; height--) {
    const place = at + Inode.block + 4 * (DIRECT + height - 1);
    if (first + fan ** height > keep) {
      const result = cutTree(k, v, c, place, first, height);
      if (result < 0) return result;
    }
    first -= height > 1 ? fan ** (height - 1) : 0;
  }
  for (let index = DIRECT - 1; index >= keep && c.left > 0; index--) {
    const result = cutTree(k, v, c, at + Inode.block + 4 * index, index, 0);
    if (result < 0) return result;
  }
  const blocks = get32(k, at + Inode.blocks) - (c.given * v.blockSize) / 512;
  if (blocks < 0) return damaged(v);
  put32(k, at + Inode.blocks, blocks);
  return c.left > 0 ? 1 : 0;
}
