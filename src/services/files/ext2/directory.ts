/**
 * Directories on the disk: blocks of names, each record pointing behind itself.
 *
 * A name's position in the files service is its record's offset in the directory (DOT_POSITIONS added), so that a name that
 * is in memory is found again on the disk without a search. A directory's field `filled` is the next block to be taken over
 * while it is unfilled, and then the block from which room for a new name is looked for.
 */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { FIRST_POSITION, findEntry, insertEntry, type Name as NameBytes } from '../directories.ts';
import { dots } from '../names.ts';
import { entryAt, NodeFlag, nodeAt } from '../records.ts';
import { assign, mapped } from './block-map.ts';
import { blockAt, damaged, edit, fresh, get16, get32, put16, put32 } from './buffers.ts';
import { inodeAt } from './inodes.ts';
import { INDEX_FLAG, Inode, Name } from './layout.ts';
import { type VolumeView, volumeOf } from './records.ts';

const DIRECTORY_TYPE = 2;
/** Types in directories to kinds, the mode's shifted right by 12; 0 is not known. */
const KINDS = [0, 8, 4, 2, 6, 1, 12, 10] as const;

/** Bytes that a name takes. */
function needed(length: number): number {
  return Name.bytes + Math.ceil(length / 4) * 4;
}

interface NameRecord {
  readonly inode: number;
  readonly record: number;
  readonly length: number;
  readonly type: number;
}

/** The record at an offset of a block; undefined when it makes no sense. */
function recordAt(k: Kernel, v: VolumeView, block: PhysicalAddress, offset: number): NameRecord | undefined {
  const at = block + offset;
  const inode = get32(k, at + Name.inode);
  const record = get16(k, at + Name.record);
  const length = k.memory.u8[at + Name.length] as number;
  const type = v.typed === 1 ? (k.memory.u8[at + Name.type] as number) : 0;
  const sound =
    record >= Name.bytes + 4 &&
    record % 4 === 0 &&
    offset + record <= v.blockSize &&
    inode <= v.inodes &&
    (inode === 0 || needed(length) <= record);
  return sound ? { inode, record, length, type } : undefined;
}

function putRecord(k: Kernel, at: PhysicalAddress, inode: number, record: number, type: number): void {
  put32(k, at + Name.inode, inode);
  put16(k, at + Name.record, record);
  k.memory.u8[at + Name.type] = type;
}

function putName(k: Kernel, at: PhysicalAddress, name: NameBytes): void {
  k.memory.u8[at + Name.length] = name.length;
  k.memory.copy(at + Name.bytes, name.start, name.length);
}

/** Takes names of the next block over. 1 when the directory is full, 0 to go on, PENDING, or a negative error number. */
export function fillNames(k: Kernel, directory: PhysicalAddress): number {
  const node = nodeAt(k, directory);
  if ((node.flags & NodeFlag.unfilled) === 0) return 1;
  const v = volumeOf(k, directory);
  const index = node.filled;
  if (node.size % v.blockSize !== 0 || node.size === 0) return damaged(v);
  if (index * v.blockSize >= node.size) {
    node.flags &= ~NodeFlag.unfilled;
    node.filled = 0;
    return 1;
  }
  const block = mapped(k, v, node.number, index);
  const at = block > 0 ? blockAt(k, v, block) : block === 0 ? damaged(v) : block;
  if (at < 0) return at;
  const error = takeNames(k, v, directory, at, index);
  if (error < 0) return error;
  node.filled = index + 1;
  return 0;
}

function takeNames(
  k: Kernel,
  v: VolumeView,
  directory: PhysicalAddress,
  block: PhysicalAddress,
  index: number,
): number {
  for (let offset = 0; offset < v.blockSize; ) {
    const found = recordAt(k, v, block, offset);
    if (found === undefined) return damaged(v);
    const name = { start: block + offset + Name.bytes, length: found.length };
    const position = FIRST_POSITION + index * v.blockSize + offset;
    const error = found.inode === 0 ? 0 : takeName(k, v, directory, name, found, position);
    if (error < 0) return error;
    offset += found.record;
  }
  return 0;
}

function takeName(
  k: Kernel,
  v: VolumeView,
  directory: PhysicalAddress,
  name: NameBytes,
  found: NameRecord,
  position: number,
): number {
  if (dots(k, name.start, name.length) !== 0) return 0;
  const bytes = k.memory.bytes(name.start, name.length);
  if (name.length === 0 || bytes.includes(0) || bytes.includes(0x2f)) return damaged(v);
  const known = findEntry(k, directory, name);
  // A part of this block has been taken over before memory ran out.
  if (known !== 0) return entryAt(k, known).number === found.inode ? 0 : damaged(v);
  nodeAt(k, directory).nextPosition = position;
  const entry = insertEntry(k, directory, name, 0);
  if (entry < 0) return -ErrorNumber.ENOMEM;
  const view = entryAt(k, entry);
  view.number = found.inode;
  view.kind = KINDS[found.type] ?? 0;
  return 0;
}

/** Puts a name where there is room; within `change`. Its offset in the directory, PENDING, or a negative error number. */
export function addName(
  k: Kernel,
  v: VolumeView,
  directory: PhysicalAddress,
  name: NameBytes,
  inode: number,
  type: number,
): number {
  const node = nodeAt(k, directory);
  const end = node.size / v.blockSize;
  const room = needed(name.length);
  for (let index = node.filled; index < end; index++) {
    const block = mapped(k, v, node.number, index);
    const at = block > 0 ? blockAt(k, v, block) : block === 0 ? damaged(v) : block;
    if (at < 0) return at;
    const offset = roomIn(k, v, at, room);
    if (offset < -1) return offset;
    if (offset >= 0) return putInto(k, v, { block, index, offset }, name, inode, type);
    // Here nothing was found: the next search begins behind it. It is a hint, and stays when the change is undone.
    node.filled = index + 1;
  }
  return appendBlock(k, v, directory, end, name, inode, type);
}

/** The offset of a record in a block that has room for another; -1 when there is none; EUCLEAN as a negative number. */
function roomIn(k: Kernel, v: VolumeView, block: PhysicalAddress, room: number): number {
  k.examine(v.blockSize / 8);
  for (let offset = 0; offset < v.blockSize; ) {
    const found = recordAt(k, v, block, offset);
    if (found === undefined) return damaged(v);
    const used = found.inode === 0 ? 0 : needed(found.length);
    if (found.record - used >= room) return offset;
    offset += found.record;
  }
  return -1;
}

interface Place {
  readonly block: number;
  readonly index: number;
  readonly offset: number;
}

/** Divides a record and puts a name into its unused part. */
function putInto(
  k: Kernel,
  v: VolumeView,
  place: Place,
  name: NameBytes,
  inode: number,
  type: number,
): number {
  const at = edit(k, v, place.block);
  if (at < 0) return at;
  const found = recordAt(k, v, at, place.offset);
  if (found === undefined) return damaged(v);
  const used = found.inode === 0 ? 0 : needed(found.length);
  if (used > 0) put16(k, at + place.offset + Name.record, used);
  const offset = place.offset + used;
  putRecord(k, at + offset, inode, found.record - used, v.typed === 1 ? type : 0);
  putName(k, at + offset, name);
  return place.index * v.blockSize + offset;
}

function appendBlock(
  k: Kernel,
  v: VolumeView,
  directory: PhysicalAddress,
  index: number,
  name: NameBytes,
  inode: number,
  type: number,
): number {
  const { number } = nodeAt(k, directory);
  const block = assign(k, v, number, index);
  const at = block < 0 ? block : fresh(k, v, block);
  if (at < 0) return at;
  putRecord(k, at, inode, v.blockSize, v.typed === 1 ? type : 0);
  putName(k, at, name);
  const own = inodeAt(k, v, number, true);
  if (own < 0) return own;
  put32(k, own + Inode.size, (index + 1) * v.blockSize);
  put32(k, own + Inode.flags, get32(k, own + Inode.flags) & ~INDEX_FLAG);
  return index * v.blockSize;
}

/** A hash index knows nothing of a change to its directory: it goes; within `change`. 0, PENDING, or a negative error number. */
export function dropIndex(k: Kernel, v: VolumeView, directory: number): number {
  const seen = inodeAt(k, v, directory);
  if (seen < 0) return seen;
  const flags = get32(k, seen + Inode.flags);
  if ((flags & INDEX_FLAG) === 0) return 0;
  const at = inodeAt(k, v, directory, true);
  if (at < 0) return at;
  put32(k, at + Inode.flags, flags & ~INDEX_FLAG);
  return 0;
}

/** The block, being edited, and the record's offset in it of a name at an offset of its directory; checked to be of `inode`. */
function locate(
  k: Kernel,
  v: VolumeView,
  directory: number,
  offset: number,
  inode: number,
): { readonly at: number; readonly within: number } {
  const block = mapped(k, v, directory, Math.floor(offset / v.blockSize));
  const at = block > 0 ? edit(k, v, block) : block === 0 ? damaged(v) : block;
  const within = offset % v.blockSize;
  if (at > 0 && get32(k, at + within + Name.inode) !== inode) return { at: damaged(v), within };
  return { at, within };
}

/** Takes the name of an inode away from an offset; within `change`. 0, PENDING, or a negative error number. */
export function removeName(
  k: Kernel,
  v: VolumeView,
  directory: PhysicalAddress,
  offset: number,
  inode: number,
): number {
  const node = nodeAt(k, directory);
  const { at, within } = locate(k, v, node.number, offset, inode);
  if (at < 0) return at;
  let before = -1;
  for (let here = 0; here < within; ) {
    const found = recordAt(k, v, at, here);
    if (found === undefined) return damaged(v);
    before = here;
    here += found.record;
    if (here > within) return damaged(v);
  }
  const own = recordAt(k, v, at, within);
  if (own === undefined) return damaged(v);
  if (before < 0) put32(k, at + within + Name.inode, 0);
  else put16(k, at + before + Name.record, within + own.record - before);
  node.filled = Math.min(node.filled, Math.floor(offset / v.blockSize));
  return 0;
}

/** Has a name lead to another inode; within `change`. 0, PENDING, or a negative error number. */
export function redirectName(
  k: Kernel,
  v: VolumeView,
  directory: number,
  offset: number,
  from: number,
  to: number,
  type: number,
): number {
  const { at, within } = locate(k, v, directory, offset, from);
  if (at < 0) return at;
  put32(k, at + within + Name.inode, to);
  k.memory.u8[at + within + Name.type] = v.typed === 1 ? type : 0;
  return 0;
}

/** A new directory's block, with its two dots; within `change`. */
export function putDots(k: Kernel, v: VolumeView, block: PhysicalAddress, own: number, parent: number): void {
  const type = v.typed === 1 ? DIRECTORY_TYPE : 0;
  const first = needed(1);
  putRecord(k, block, own, first, type);
  k.memory.u8[block + Name.length] = 1;
  k.memory.u8[block + Name.bytes] = 0x2e;
  putRecord(k, block + first, parent, v.blockSize - first, type);
  k.memory.u8[block + first + Name.length] = 2;
  k.memory.u8[block + first + Name.bytes] = 0x2e;
  k.memory.u8[block + first + Name.bytes + 1] = 0x2e;
}

/** Where '..' is: behind '.', at the beginning of the first block. */
export const PARENT_OFFSET = 12;
