/**
 * ext2 as a format of the files service: every change of names and blocks is made on the disk's metadata first, as a whole.
 *
 * Order, for a crash in between: a block or an inode is taken in its bitmap before anything leads to it, and a name goes
 * before what it led to does, so that what may be left is something taken that nothing leads to.
 */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { FileKind } from '../attributes.ts';
import { FIRST_POSITION, findEntry, pointEntry, positionOf } from '../directories.ts';
import type { Format, NamePlace } from '../format.ts';
import { kindOf } from '../nodes.ts';
import { entryAt, NodeFlag, type NodeView, nodeAt } from '../records.ts';
import { noteChange } from '../remembering.ts';
import type { FilesWiring } from '../wiring.ts';
import { giveBlock, giveInode, takeInode } from './allocation.ts';
import { assign, cut, largestFile } from './block-map.ts';
import { blockAt, change, damaged, edit, fresh, get32, put16, put32 } from './buffers.ts';
import {
  addName,
  dropIndex,
  fillNames,
  PARENT_OFFSET,
  putDots,
  redirectName,
  removeName,
} from './directory.ts';
import { addLinks, bearInode, inodeAt, storeInode } from './inodes.ts';
import { FAST_LINK, IMMUTABLE_FLAGS, Inode, MOST_LINKS, TYPES } from './layout.ts';
import { identify, isFast, nodeOfInode } from './nodes.ts';
import { type VolumeView, volumeAt, volumeOf } from './records.ts';

const NO_LIMIT = 0xffff;
/** An extended-attributes block: its magic number, and its count of users. */
const ATTRIBUTES_MAGIC = 0xea02_0000;
const ATTRIBUTES_USERS = 4;

function nodeOf(k: Kernel, w: FilesWiring, address: PhysicalAddress): number {
  const entry = entryAt(k, address);
  const { node, directory, number } = entry;
  if (node !== 0) return node;
  const v = volumeOf(k, directory);
  if (number < v.firstInode) return damaged(v);
  const found = nodeOfInode(k, w, nodeAt(k, directory).mount, v, number);
  if (found < 0) return found;
  const view = nodeAt(k, found);
  const isDirectory = kindOf(view) === FileKind.directory;
  // A directory has one name, and none of its own number below itself.
  if (isDirectory && view.entry !== 0) return damaged(v);
  if (view.links === 0) return damaged(v);
  pointEntry(k, address, found);
  if (isDirectory) view.entry = address;
  return found;
}

function typeOf(node: NodeView): number {
  return TYPES[kindOf(node) >>> 12] ?? 0;
}

/** The offset of a name in its directory on the disk. */
function offsetOf(k: Kernel, { directory, name }: NamePlace): number {
  const entry = findEntry(k, directory, name);
  return entry === 0 ? -1 : positionOf(k, directory, entry) - FIRST_POSITION;
}

/** A directory has got a name at an offset: its node follows. */
function noteName(k: Kernel, v: VolumeView, directory: PhysicalAddress, offset: number): void {
  const node = nodeAt(k, directory);
  node.nextPosition = FIRST_POSITION + offset;
  const end = (Math.floor(offset / v.blockSize) + 1) * v.blockSize;
  if (end <= node.size) return;
  node.size = end;
}

function refreshBlocks(k: Kernel, v: VolumeView, address: PhysicalAddress): void {
  const at = inodeAt(k, v, nodeAt(k, address).number);
  if (at > 0) nodeAt(k, address).blocks = get32(k, at + Inode.blocks);
}

/** The first block of a directory, or of a link whose target is long; 0 for others. Within `change`. */
function firstBlock(
  k: Kernel,
  v: VolumeView,
  inode: number,
  at: PhysicalAddress,
  node: NodeView,
  parent: number,
  target: Uint8Array | undefined,
): number {
  if (target !== undefined && target.length < FAST_LINK) {
    k.memory.u8.set(target, at + Inode.block);
    return 0;
  }
  if (target === undefined && kindOf(node) !== FileKind.directory) return 0;
  if (target !== undefined && target.length >= v.blockSize) return -ErrorNumber.ENAMETOOLONG;
  const block = assign(k, v, inode, 0);
  const to = block < 0 ? block : fresh(k, v, block);
  if (to < 0) return to;
  if (target === undefined) {
    putDots(k, v, to, inode, parent);
    put32(k, at + Inode.size, v.blockSize);
  } else k.memory.u8.set(target, to);
  return 0;
}

function bear(
  k: Kernel,
  v: VolumeView,
  { directory, name, node: made }: NamePlace,
  target: Uint8Array | undefined,
): number {
  const node = nodeAt(k, made);
  const parent = nodeAt(k, directory).number;
  const isDirectory = kindOf(node) === FileKind.directory;
  const inode = takeInode(k, v, parent, isDirectory);
  if (inode < 0) return inode;
  const at = inodeAt(k, v, inode, true);
  if (at < 0) return at;
  bearInode(k, v, at, node, name.length === 0 ? 0 : isDirectory ? 2 : 1);
  if (target !== undefined) put32(k, at + Inode.size, target.length);
  const error = firstBlock(k, v, inode, at, node, parent, target);
  if (error < 0) return error;
  if (name.length > 0) {
    const offset = addName(k, v, directory, name, inode, typeOf(node));
    if (offset < 0) return offset;
    const counted = isDirectory ? addLinks(k, v, parent, 1, MOST_LINKS) : dropIndex(k, v, parent);
    const unindexed = counted < 0 ? counted : dropIndex(k, v, parent);
    if (unindexed < 0) return unindexed;
    noteName(k, v, directory, offset);
  }
  return inode;
}

function create(k: Kernel, _w: FilesWiring, place: NamePlace, target?: Uint8Array): number {
  const v = volumeOf(k, place.directory);
  const inode = change(k, v, () => bear(k, v, place, target));
  if (inode < 0) return inode;
  const node = nodeAt(k, place.node);
  identify(k, place.node, inode);
  if (kindOf(node) === FileKind.directory) node.size = v.blockSize;
  refreshBlocks(k, v, place.node);
  refreshBlocks(k, v, place.directory);
  return 0;
}

/** An inode loses a name, a directory its last. Within `change`. 0, PENDING, or a negative error number. */
function unlinkInode(k: Kernel, v: VolumeView, address: PhysicalAddress, parent: number): number {
  const node = nodeAt(k, address);
  if (kindOf(node) !== FileKind.directory) {
    const left = addLinks(k, v, node.number, -1, NO_LIMIT);
    return Math.min(left, 0);
  }
  const at = inodeAt(k, v, node.number, true);
  if (at < 0) return at;
  put16(k, at + Inode.links, 0);
  const left = addLinks(k, v, parent, -1, NO_LIMIT);
  return Math.min(left, 0);
}

function remove(k: Kernel, _w: FilesWiring, place: NamePlace): number {
  const v = volumeOf(k, place.directory);
  const offset = offsetOf(k, place);
  const { number } = nodeAt(k, place.directory);
  if (offset < 0) return -ErrorNumber.ENOENT;
  return change(
    k,
    v,
    () =>
      removeName(k, v, place.directory, offset, nodeAt(k, place.node).number) ||
      dropIndex(k, v, number) ||
      unlinkInode(k, v, place.node, number),
  );
}

function link(k: Kernel, _w: FilesWiring, { directory, name, node: linked }: NamePlace): number {
  const v = volumeOf(k, directory);
  const node = nodeAt(k, linked);
  const result = change(k, v, () => {
    const links = addLinks(k, v, node.number, 1, MOST_LINKS);
    if (links < 0) return links;
    const unindexed = dropIndex(k, v, nodeAt(k, directory).number);
    return unindexed < 0 ? unindexed : addName(k, v, directory, name, node.number, typeOf(node));
  });
  if (result < 0) return result;
  noteName(k, v, directory, result);
  refreshBlocks(k, v, directory);
  return 0;
}

/** A directory that moves: its '..' and the counts of both parents. `counts` is 0 when another comes the other way. */
function moveParent(k: Kernel, v: VolumeView, moved: PhysicalAddress, from: number, to: number): number {
  const { number } = nodeAt(k, moved);
  const pointed = redirectName(k, v, number, PARENT_OFFSET, from, to, TYPES[FileKind.directory >>> 12] ?? 0);
  if (pointed < 0) return pointed;
  const up = addLinks(k, v, to, 1, MOST_LINKS);
  if (up < 0) return up;
  const down = addLinks(k, v, from, -1, NO_LIMIT);
  return Math.min(down, 0);
}

function movesParent(k: Kernel, from: NamePlace, to: NamePlace): boolean {
  return from.directory !== to.directory && kindOf(nodeAt(k, from.node)) === FileKind.directory;
}

/** The new name first, then the old one goes. Within `change`. The new name's offset, PENDING, or a negative error number. */
function moveName(k: Kernel, v: VolumeView, from: NamePlace, to: NamePlace): number {
  const node = nodeAt(k, from.node);
  const source = offsetOf(k, from);
  let offset = to.node === 0 ? -1 : offsetOf(k, to);
  const parents = [nodeAt(k, from.directory).number, nodeAt(k, to.directory).number] as const;
  const unindexed = dropIndex(k, v, parents[0]) || dropIndex(k, v, parents[1]);
  if (unindexed < 0) return unindexed;
  if (to.node !== 0) {
    const replaced = nodeAt(k, to.node).number;
    const error =
      redirectName(k, v, parents[1], offset, replaced, node.number, typeOf(node)) ||
      unlinkInode(k, v, to.node, parents[1]);
    if (error < 0) return error;
  } else {
    offset = addName(k, v, to.directory, to.name, node.number, typeOf(node));
    if (offset < 0) return offset;
  }
  const error =
    removeName(k, v, from.directory, source, node.number) ||
    (movesParent(k, from, to) ? moveParent(k, v, from.node, parents[0], parents[1]) : 0);
  return error < 0 ? error : offset;
}

function exchange(k: Kernel, v: VolumeView, from: NamePlace, to: NamePlace): number {
  const a = nodeAt(k, from.node);
  const b = nodeAt(k, to.node);
  const parents = [nodeAt(k, from.directory).number, nodeAt(k, to.directory).number] as const;
  return (
    redirectName(k, v, parents[0], offsetOf(k, from), a.number, b.number, typeOf(b)) ||
    redirectName(k, v, parents[1], offsetOf(k, to), b.number, a.number, typeOf(a)) ||
    (movesParent(k, from, to) ? moveParent(k, v, from.node, parents[0], parents[1]) : 0) ||
    (movesParent(k, to, from) ? moveParent(k, v, to.node, parents[1], parents[0]) : 0)
  );
}

function rename(k: Kernel, _w: FilesWiring, from: NamePlace, to: NamePlace, exchanges: boolean): number {
  const v = volumeOf(k, from.directory);
  if (exchanges) return change(k, v, () => exchange(k, v, from, to));
  const offset = change(k, v, () => moveName(k, v, from, to));
  if (offset < 0) return offset;
  noteName(k, v, to.directory, offset);
  refreshBlocks(k, v, to.directory);
  return 0;
}

/** Blocks for bytes of one page. */
function reserve(
  k: Kernel,
  _w: FilesWiring,
  address: PhysicalAddress,
  start: number,
  length: number,
): number {
  const v = volumeOf(k, address);
  const node = nodeAt(k, address);
  if (start + length > largestFile(v)) return -ErrorNumber.EFBIG;
  const first = Math.floor(start / v.blockSize);
  const last = Math.floor((start + length - 1) / v.blockSize);
  const error = change(k, v, () => {
    for (let index = first; index <= last; index++) {
      const block = assign(k, v, node.number, index);
      if (block < 0) return block;
    }
    return 0;
  });
  if (error === 0) refreshBlocks(k, v, address);
  return error;
}

function touch(k: Kernel, _w: FilesWiring, address: PhysicalAddress): number {
  const node = nodeAt(k, address);
  if ((node.flags & NodeFlag.stored) === 0) return 0;
  node.flags |= NodeFlag.touched;
  noteChange(k, address);
  return 0;
}

/** Attributes are written when the node is settled. A size within the limits is granted; what is cut off goes in `cut`. */
function changeNode(k: Kernel, w: FilesWiring, address: PhysicalAddress, size?: number): number {
  const node = nodeAt(k, address);
  if ((node.flags & NodeFlag.stored) === 0) return 0;
  const v = volumeOf(k, address);
  const at = inodeAt(k, v, node.number);
  if (at < 0) return at;
  if ((get32(k, at + Inode.flags) & IMMUTABLE_FLAGS) !== 0) return -ErrorNumber.EPERM;
  if (size !== undefined) {
    if (size > largestFile(v)) return -ErrorNumber.EFBIG;
    node.generation += 1;
  }
  return touch(k, w, address);
}

function cutNode(k: Kernel, _w: FilesWiring, address: PhysicalAddress): number {
  const v = volumeOf(k, address);
  const node = nodeAt(k, address);
  if (node.blocks === 0) return 1;
  const result = change(k, v, () => cut(k, v, node.number, Math.ceil(node.size / v.blockSize)));
  if (result >= 0) refreshBlocks(k, v, address);
  return result;
}

/** Gives back the block of extended attributes, or one use of it. Within `change`. 0, PENDING, or a negative error number. */
function dropAttributes(k: Kernel, v: VolumeView, at: PhysicalAddress): number {
  const block = get32(k, at + Inode.attributesBlock);
  if (block === 0) return 0;
  const seen = blockAt(k, v, block);
  if (seen < 0) return seen;
  if (get32(k, seen) !== ATTRIBUTES_MAGIC) return damaged(v);
  const users = get32(k, seen + ATTRIBUTES_USERS);
  if (users <= 1) return giveBlock(k, v, block);
  const header = edit(k, v, block);
  if (header < 0) return header;
  put32(k, header + ATTRIBUTES_USERS, users - 1);
  return 0;
}

function disposeBlocks(k: Kernel, v: VolumeView, node: NodeView): number {
  const kind = kindOf(node);
  const at = inodeAt(k, v, node.number);
  if (at < 0) return at;
  const long = kind === FileKind.symbolicLink && !isFast(k, v, at);
  if (kind !== FileKind.regular && kind !== FileKind.directory && !long) return 1;
  return change(k, v, () => cut(k, v, node.number, 0));
}

function dispose(k: Kernel, _w: FilesWiring, address: PhysicalAddress): number {
  const node = nodeAt(k, address);
  const v = volumeOf(k, address);
  const gone = disposeBlocks(k, v, node);
  if (gone !== 1) return gone;
  return change(k, v, () => {
    const at = inodeAt(k, v, node.number, true);
    if (at < 0) return at;
    const error = dropAttributes(k, v, at);
    if (error < 0) return error;
    put16(k, at + Inode.links, 0);
    put32(k, at + Inode.deletionTime, Math.max(1, node.changeSeconds >>> 0));
    const given = giveInode(k, v, node.number, kindOf(node) === FileKind.directory);
    return given < 0 ? given : 1;
  });
}

/** Writes what a node has of its inode. 0, PENDING, or a negative error number. */
export function settleNode(k: Kernel, address: PhysicalAddress): number {
  const node = nodeAt(k, address);
  const wanted = NodeFlag.touched | NodeFlag.aged;
  if ((node.flags & NodeFlag.stored) === 0 || (node.flags & wanted) === 0) return 0;
  const v = volumeAt(k, volumeOf(k, address).address);
  const error = change(k, v, () => {
    const at = inodeAt(k, v, node.number, true);
    if (at < 0) return at;
    storeInode(k, v, at, node);
    return 0;
  });
  if (error === 0) node.flags &= ~wanted;
  return error;
}

export const ext2Format: Format = {
  onDisk: true,
  exchanges: true,
  allocates: 'never',
  ready: (k, _w, directory) => fillNames(k, directory),
  fill: (k, _w, directory) => fillNames(k, directory),
  find: (k, _w, directory, name) => findEntry(k, directory, name),
  nodeOf,
  kindOf: (k, _w, entry) => entryAt(k, entry).kind,
  create,
  remove,
  link,
  rename,
  letGo: () => 0,
  readPage: () => -ErrorNumber.EIO,
  reserve,
  written: touch,
  change: changeNode,
  cut: cutNode,
  dispose,
};
