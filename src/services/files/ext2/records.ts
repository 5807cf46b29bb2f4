/**
 * The records of a mounted ext2 filesystem, in frames of the files service.
 */
import type { ViewOf } from '../../../contracts/records.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { WaitQueue } from '../../../kernel/objects.ts';
import { record } from '../../../kernel/records.ts';
import { TreeNode } from '../../../kernel/tree.ts';
import { mountAt, nodeAt } from '../records.ts';

/** What the superblock says, and the blocks of metadata that are in memory. */
export const Volume = record('Ext2Volume', {
  disk: 'u32',
  blockSize: 'u32',
  blocks: 'u32',
  inodes: 'u32',
  firstDataBlock: 'u32',
  blocksPerGroup: 'u32',
  inodesPerGroup: 'u32',
  groups: 'u32',
  inodeSize: 'u32',
  firstInode: 'u32',
  reservedBlocks: 'u32',
  /** 1 when directory entries tell the type. */
  typed: 'u32',
  readOnly: 'u32',
  /** 1 when it was in order when it was mounted; 1 when something in it made no sense since. */
  valid: 'u32',
  damaged: 'u32',
  freeBlocks: 'i32',
  freeInodes: 'i32',
  /** What the transaction under way changes in the two. */
  blocksTaken: 'i32',
  inodesTaken: 'i32',
  /** Buffers by block number; their list by use; those that were changed, oldest change first. */
  buffers: 'u32',
  oldest: 'u32',
  newest: 'u32',
  count: 'u32',
  limit: 'u32',
  firstDirty: 'u32',
  lastDirty: 'u32',
  dirtyCount: 'u32',
  /** Buffers that are on their way to the block service. */
  pushing: 'u32',
  /** Buffers that the transaction under way has changed. */
  firstChanged: 'u32',
  /** When the oldest change was made. */
  dirtySince: 'integer',
  /** Whoever waits for a buffer that is being read or pushed. */
  arrivals: { embedded: WaitQueue },
  /** Its thread (tending.ts): whether it has one, whether that is to end, and what it waits for. */
  tended: 'u32',
  closing: 'u32',
  work: { embedded: WaitQueue },
});

/** One block of metadata. */
export const Buffer = record('Ext2Buffer', {
  place: { embedded: TreeNode },
  data: 'u32',
  state: 'u8',
  dirty: 'u8',
  pushing: 'u8',
  /** 1 when it is in the transaction under way; 2 when that gave the block up; 3 when that took it. */
  changed: 'u8',
  /** The bytes as they were before the transaction. */
  shadow: 'u32',
  older: 'u32',
  newer: 'u32',
  nextDirty: 'u32',
  nextChanged: 'u32',
});
export const BufferState = { loading: 0, valid: 1, failed: 2 } as const;
export const Changed = { no: 0, edited: 1, gone: 2, fresh: 3 } as const;

export type VolumeView = ViewOf<typeof Volume.schema>;
export type BufferView = ViewOf<typeof Buffer.schema>;

export function volumeAt(k: Kernel, address: PhysicalAddress): VolumeView {
  return Volume.at(k.store, address);
}

export function bufferAt(k: Kernel, address: PhysicalAddress): BufferView {
  return Buffer.at(k.store, address);
}

/** The volume that a node is in. */
export function volumeOf(k: Kernel, node: PhysicalAddress): VolumeView {
  return volumeAt(k, mountAt(k, nodeAt(k, node).mount).volume);
}
