/**
 * The superblock: read and checked when a disk is mounted, and written when all is to be in order.
 */
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { instantNow } from '../clock.ts';
import { allocateRecord } from '../storage.ts';
import type { FilesWiring } from '../wiring.ts';
import { blockAt, change, edit, get16, get32, put16, put32 } from './buffers.ts';
import {
  FilesystemState,
  GROUP_BYTES,
  Group,
  Incompatible,
  KNOWN_READ_ONLY,
  MAGIC,
  SMALL_INODE,
  SUPERBLOCK_OFFSET,
  Super,
  strangeFeatures,
} from './layout.ts';
import { Volume, type VolumeView, volumeAt } from './records.ts';

/** Blocks of metadata kept in memory, at most, as long as they can make way. */
const BUFFERS = 256;
const FIRST_INODE_OF_OLD = 11;

/** Why a disk cannot be mounted; undefined when it can. */
export function objection(
  k: Kernel,
  at: PhysicalAddress,
  sectors: number,
  readOnly: boolean,
): string | undefined {
  if (get16(k, at + Super.magic) !== MAGIC) return 'it holds no ext2 filesystem';
  const revised = get32(k, at + Super.revision) >= 1;
  const strange = revised ? strangeFeatures(get32(k, at + Super.incompatible)) : [];
  if (strange.length > 0) return `its filesystem has features that are not ext2's: ${strange.join(', ')}`;
  const unwritable = revised ? get32(k, at + Super.readOnlyCompatible) & ~KNOWN_READ_ONLY : 0;
  if (unwritable !== 0 && !readOnly)
    return `its filesystem may only be read: it has the features 0x${(unwritable >>> 0).toString(16)}`;
  return isSound(k, at, sectors, revised) ? undefined : 'its superblock makes no sense';
}

function isSound(k: Kernel, at: PhysicalAddress, sectors: number, revised: boolean): boolean {
  const log = get32(k, at + Super.logBlockSize);
  if (log > 2) return false;
  const blockSize = 1024 << log;
  const blocks = get32(k, at + Super.blocks);
  const first = get32(k, at + Super.firstDataBlock);
  const perGroup = get32(k, at + Super.blocksPerGroup);
  const inodesPerGroup = get32(k, at + Super.inodesPerGroup);
  const inodeSize = revised ? get16(k, at + Super.inodeSize) : SMALL_INODE;
  const bits = blockSize * 8;
  if (first !== (log === 0 ? 1 : 0) || blocks <= first + 1) return false;
  if (perGroup === 0 || perGroup > bits || inodesPerGroup === 0 || inodesPerGroup > bits) return false;
  if (![128, 256, 512, 1024].includes(inodeSize) || inodeSize > blockSize) return false;
  const groups = Math.ceil((blocks - first) / perGroup);
  const tables = Math.ceil((groups * GROUP_BYTES) / blockSize);
  const inodes = get32(k, at + Super.inodes);
  if (inodes !== groups * inodesPerGroup || first + 1 + tables > blocks) return false;
  return (blocks * blockSize) / 512 <= sectors;
}

/** A volume from a superblock that is sound. Its record, or 0. */
export function makeVolume(k: Kernel, at: PhysicalAddress, disk: number, readOnly: boolean): PhysicalAddress {
  const address = allocateRecord(k, Volume.size);
  if (address === 0) return 0;
  const v = volumeAt(k, address);
  const revised = get32(k, at + Super.revision) >= 1;
  v.disk = disk;
  v.readOnly = readOnly ? 1 : 0;
  v.blockSize = 1024 << get32(k, at + Super.logBlockSize);
  v.blocks = get32(k, at + Super.blocks);
  v.inodes = get32(k, at + Super.inodes);
  v.firstDataBlock = get32(k, at + Super.firstDataBlock);
  v.blocksPerGroup = get32(k, at + Super.blocksPerGroup);
  v.inodesPerGroup = get32(k, at + Super.inodesPerGroup);
  v.groups = Math.ceil((v.blocks - v.firstDataBlock) / v.blocksPerGroup);
  v.inodeSize = revised ? get16(k, at + Super.inodeSize) : SMALL_INODE;
  v.firstInode = revised ? get32(k, at + Super.firstInode) : FIRST_INODE_OF_OLD;
  v.reservedBlocks = get32(k, at + Super.reservedBlocks);
  v.freeBlocks = get32(k, at + Super.freeBlocks);
  v.freeInodes = get32(k, at + Super.freeInodes);
  v.typed = revised && (get32(k, at + Super.incompatible) & Incompatible.fileType) !== 0 ? 1 : 0;
  const state = get16(k, at + Super.state);
  v.valid = state === FilesystemState.valid ? 1 : 0;
  v.limit = BUFFERS;
  return address;
}

/**
 * Counts what is free by the groups' own counts: those of the superblock are only right on a disk that is in order. 0, PENDING,
 * or a negative number.
 */
export function countFree(k: Kernel, v: VolumeView): number {
  let [blocks, inodes] = [0, 0];
  const perBlock = v.blockSize / GROUP_BYTES;
  for (let group = 0; group < v.groups; group++) {
    const at = blockAt(k, v, v.firstDataBlock + 1 + Math.floor(group / perBlock));
    if (at < 0) return at;
    const descriptor = at + (group % perBlock) * GROUP_BYTES;
    blocks += get16(k, descriptor + Group.freeBlocks);
    inodes += get16(k, descriptor + Group.freeInodes);
  }
  v.freeBlocks = blocks;
  v.freeInodes = inodes;
  return 0;
}

/** The superblock's place, being edited; PENDING, or a negative error number. */
function editSuper(k: Kernel, v: VolumeView): number {
  const block = Math.floor(SUPERBLOCK_OFFSET / v.blockSize);
  const at = edit(k, v, block);
  return at < 0 ? at : at + (SUPERBLOCK_OFFSET % v.blockSize);
}

/** Notes that the disk is in use: until it is said to be in order again, a check is due. 0, PENDING, or a negative number. */
export function markMounted(k: Kernel, w: FilesWiring, v: VolumeView): number {
  return change(k, v, () => {
    const at = editSuper(k, v);
    if (at < 0) return at;
    const { seconds } = instantNow(k, w);
    put16(k, at + Super.state, get16(k, at + Super.state) & ~FilesystemState.valid);
    put16(k, at + Super.mountCount, (get16(k, at + Super.mountCount) + 1) & 0xffff);
    put32(k, at + Super.mountTime, seconds >>> 0);
    put32(k, at + Super.writeTime, seconds >>> 0);
    return 0;
  });
}

/** Writes the counts, and when the disk is given up, that all is in order, if it is. 0, PENDING, or a negative number. */
export function storeSuper(k: Kernel, w: FilesWiring, v: VolumeView, closing: boolean): number {
  return change(k, v, () => {
    const at = editSuper(k, v);
    if (at < 0) return at;
    put32(k, at + Super.freeBlocks, v.freeBlocks);
    put32(k, at + Super.freeInodes, v.freeInodes);
    put32(k, at + Super.writeTime, instantNow(k, w).seconds >>> 0);
    const state = get16(k, at + Super.state);
    if (v.damaged === 1)
      put16(k, at + Super.state, (state & ~FilesystemState.valid) | FilesystemState.errors);
    else if (closing && v.valid === 1) put16(k, at + Super.state, state | FilesystemState.valid);
    return 0;
  });
}
