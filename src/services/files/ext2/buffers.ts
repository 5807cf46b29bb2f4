/**
 * Blocks of metadata in memory, and changes to them that happen as a whole or not at all.
 *
 * `blockAt` gives the place of a block's bytes, or PENDING when it must be brought first: then nothing may have happened,
 * and the step is taken again. So all changes of a step are made with `edit` and `fresh` within `change`, which undoes them
 * when its body comes back with a negative number. What was changed goes to the block service later, in the order of change.
 * A server's changed blocks are kept by the kernel: after its death they are written as they were between two changes.
 */
import { Primitive } from '../../../contracts/accounting.ts';
import { SECTOR_SIZE } from '../../../contracts/disk.ts';
import { ErrorNumber } from '../../../contracts/errors.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../../contracts/units.ts';
import { keepsForLater } from '../../../kernel/keepsakes.ts';
import { isWholeFrame, type KeptPlace, keepFrame, letFrameGo } from '../../../kernel/kept-frames.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { FrameUse } from '../../../kernel/objects.ts';
import { Tree } from '../../../kernel/tree.ts';
import { Want, want } from '../pending.ts';
import { readWord, writeWord } from '../records.ts';
import { allocateFrame, allocateRecord, allocateText, releaseText } from '../storage.ts';
import { Buffer, BufferState, bufferAt, Changed, Volume, type VolumeView } from './records.ts';

function treeOf(k: Kernel, v: VolumeView): Tree {
  return new Tree(k.store, v.address + Volume.offsets.buffers);
}

export function findBuffer(k: Kernel, v: VolumeView, block: number): PhysicalAddress {
  const tree = treeOf(k, v);
  const found = tree.atLeast(block);
  return found !== 0 && tree.key(found) === block ? found : 0;
}

export function blockOf(k: Kernel, v: VolumeView, buffer: PhysicalAddress): number {
  return treeOf(k, v).key(buffer);
}

/** Something on the disk makes no sense: it is not to be called valid any more. */
export function damaged(v: VolumeView): number {
  v.damaged = 1;
  return -ErrorNumber.EUCLEAN;
}

/** May a file or a table have this block? */
export function isBlock(v: VolumeView, block: number): boolean {
  return block > v.firstDataBlock && block < v.blocks;
}

/** Where a block's bytes are; PENDING, or a negative error number. */
export function blockAt(k: Kernel, v: VolumeView, block: number): number {
  if (block >= v.blocks) return damaged(v);
  const found = findBuffer(k, v, block);
  if (found === 0) return want(k, Want.block, v.address, block);
  const buffer = bufferAt(k, found);
  const { state } = buffer;
  if (state === BufferState.loading) return want(k, Want.block, v.address, block);
  if (state === BufferState.failed) {
    dropBuffer(k, v, found);
    return -ErrorNumber.EIO;
  }
  toNewest(k, v, found);
  return buffer.data;
}

/** The same for a block that is going to be changed. */
export function edit(k: Kernel, v: VolumeView, block: number): number {
  const at = blockAt(k, v, block);
  if (at < 0) return at;
  const found = findBuffer(k, v, block);
  const buffer = bufferAt(k, found);
  if (buffer.changed !== Changed.no) return at;
  return keepShadow(k, v, found) ? at : -ErrorNumber.ENOMEM;
}

function keepShadow(k: Kernel, v: VolumeView, address: PhysicalAddress): boolean {
  const shadow = allocateText(k, v.blockSize, FrameUse.index);
  if (shadow === 0) return false;
  const buffer = bufferAt(k, address);
  k.memory.copy(shadow, buffer.data, v.blockSize);
  k.meter.charge(Primitive.wordCopied, v.blockSize / 8);
  buffer.shadow = shadow;
  enterChanged(k, v, address, Changed.edited);
  return true;
}

function enterChanged(k: Kernel, v: VolumeView, address: PhysicalAddress, how: number): void {
  const buffer = bufferAt(k, address);
  if (buffer.changed === Changed.no) {
    buffer.nextChanged = v.firstChanged;
    v.firstChanged = address;
  }
  buffer.changed = how;
}

/** A cleared block that has just been taken: what the disk has there does not matter. */
export function fresh(k: Kernel, v: VolumeView, block: number): number {
  const known = findBuffer(k, v, block);
  if (known !== 0) {
    const at = edit(k, v, block);
    if (at < 0) return at;
    clear(k, v, at);
    const buffer = bufferAt(k, known);
    if (buffer.changed === Changed.gone) buffer.changed = Changed.edited;
    return at;
  }
  const made = makeBuffer(k, v, block);
  if (made < 0) return made;
  const buffer = bufferAt(k, made);
  buffer.state = BufferState.valid;
  enterChanged(k, v, made, Changed.fresh);
  clear(k, v, buffer.data);
  return buffer.data;
}

function clear(k: Kernel, v: VolumeView, at: PhysicalAddress): void {
  k.memory.clear(at, v.blockSize);
  k.meter.charge(Primitive.wordCleared, v.blockSize / 8);
}

/** A block has been given up: what is here of it must never reach the disk. Returns 0, or PENDING while it is on its way there. */
export function abandon(k: Kernel, v: VolumeView, block: number): number {
  const found = findBuffer(k, v, block);
  if (found === 0) return 0;
  const buffer = bufferAt(k, found);
  if (buffer.pushing === 1 || buffer.state === BufferState.loading)
    return want(k, Want.arrival, v.address, block);
  if (buffer.changed === Changed.no && !keepShadow(k, v, found)) return -ErrorNumber.ENOMEM;
  // One that was taken and given up in the same change has nothing to go back to.
  if (buffer.changed !== Changed.fresh) buffer.changed = Changed.gone;
  return 0;
}

/** A change as a whole: a negative result undoes all that was edited. */
export function change(k: Kernel, v: VolumeView, body: () => number): number {
  const result = body();
  const failed = result < 0;
  for (let at = v.firstChanged; at !== 0; ) {
    const { nextChanged } = bufferAt(k, at);
    settle(k, v, at, failed);
    at = nextChanged;
  }
  v.firstChanged = 0;
  if (!failed) {
    v.freeBlocks -= v.blocksTaken;
    v.freeInodes -= v.inodesTaken;
  }
  v.blocksTaken = 0;
  v.inodesTaken = 0;
  return result;
}

function settle(k: Kernel, v: VolumeView, address: PhysicalAddress, failed: boolean): void {
  const buffer = bufferAt(k, address);
  const { changed, shadow } = buffer;
  buffer.changed = Changed.no;
  buffer.nextChanged = 0;
  if (shadow !== 0) {
    if (failed) k.memory.copy(buffer.data, shadow, v.blockSize);
    buffer.shadow = 0;
    releaseText(k, shadow, v.blockSize);
  }
  if ((failed && changed === Changed.fresh) || (!failed && changed === Changed.gone))
    dropBuffer(k, v, address);
  else if (!failed) markDirty(k, v, address);
}

function markDirty(k: Kernel, v: VolumeView, address: PhysicalAddress): void {
  const buffer = bufferAt(k, address);
  if (buffer.dirty === 1) return;
  if (keepsForLater(k)) keepFrame(k, buffer.data / PAGE_SIZE, placeOf(k, v, address));
  buffer.dirty = 1;
  buffer.nextDirty = 0;
  if (v.firstDirty === 0) {
    v.firstDirty = address;
    v.dirtySince = k.now;
    k.wake(v.address + Volume.offsets.work);
  } else bufferAt(k, v.lastDirty).nextDirty = address;
  v.lastDirty = address;
  v.dirtyCount += 1;
}

function placeOf(k: Kernel, v: VolumeView, buffer: PhysicalAddress): KeptPlace {
  const sectors = v.blockSize / SECTOR_SIZE;
  return { device: v.disk, sector: blockOf(k, v, buffer) * sectors, sectors };
}

/** Takes the buffer whose change is oldest out of the list; 0 when there is none. */
export function takeDirty(k: Kernel, v: VolumeView): PhysicalAddress {
  const address = v.firstDirty;
  if (address === 0) return 0;
  unlinkDirty(k, v, address);
  return address;
}

function unlinkDirty(k: Kernel, v: VolumeView, address: PhysicalAddress): void {
  let before = 0;
  for (let at = v.firstDirty; at !== address; at = bufferAt(k, at).nextDirty) before = at;
  const buffer = bufferAt(k, address);
  if (before === 0) v.firstDirty = buffer.nextDirty;
  else bufferAt(k, before).nextDirty = buffer.nextDirty;
  if (v.lastDirty === address) v.lastDirty = before;
  buffer.nextDirty = 0;
  buffer.dirty = 0;
  v.dirtyCount -= 1;
}

function toNewest(k: Kernel, v: VolumeView, address: PhysicalAddress): void {
  if (v.newest === address) return;
  unlink(k, v, address);
  append(k, v, address);
}

function append(k: Kernel, v: VolumeView, address: PhysicalAddress): void {
  const buffer = bufferAt(k, address);
  buffer.older = v.newest;
  buffer.newer = 0;
  if (v.newest === 0) v.oldest = address;
  else bufferAt(k, v.newest).newer = address;
  v.newest = address;
}

function unlink(k: Kernel, v: VolumeView, address: PhysicalAddress): void {
  const { older, newer } = bufferAt(k, address);
  if (older === 0) v.oldest = newer;
  else bufferAt(k, older).newer = newer;
  if (newer === 0) v.newest = older;
  else bufferAt(k, newer).older = older;
}

export function dropBuffer(k: Kernel, v: VolumeView, address: PhysicalAddress): void {
  const buffer = bufferAt(k, address);
  if (buffer.dirty === 1) unlinkDirty(k, v, address);
  treeOf(k, v).remove(address);
  unlink(k, v, address);
  releaseData(k, v, buffer.data);
  k.slab.release(address);
  v.count -= 1;
}

/** Where a server may die and come back, a block has a frame of its own, that can be kept. */
function allocateData(k: Kernel, v: VolumeView): PhysicalAddress {
  if (keepsForLater(k)) return allocateFrame(k, FrameUse.index) * PAGE_SIZE;
  return allocateText(k, v.blockSize, FrameUse.index);
}

function releaseData(k: Kernel, v: VolumeView, data: PhysicalAddress): void {
  if (isWholeFrame(k, data)) k.frames.release(data / PAGE_SIZE);
  else releaseText(k, data, v.blockSize);
}

/** The block service has a buffer's bytes, unless it was changed meanwhile. */
export function letGo(k: Kernel, address: PhysicalAddress): void {
  const { data, dirty } = bufferAt(k, address);
  if (dirty === 0 && isWholeFrame(k, data)) letFrameGo(k, data / PAGE_SIZE);
}

/** A buffer in state `loading` for a block that has none; PENDING when all others must be pushed first. */
export function makeBuffer(k: Kernel, v: VolumeView, block: number): number {
  if (v.count >= v.limit) {
    const victim = oldestClean(k, v);
    if (victim !== 0) dropBuffer(k, v, victim);
    else if (v.count >= 2 * v.limit) return want(k, Want.push, v.address, 0);
  }
  const address = allocateRecord(k, Buffer.size);
  if (address === 0) return -ErrorNumber.ENOMEM;
  const data = allocateData(k, v);
  if (data === 0) {
    k.slab.release(address);
    return -ErrorNumber.ENOMEM;
  }
  const buffer = bufferAt(k, address);
  buffer.data = data;
  treeOf(k, v).insert(address, block);
  append(k, v, address);
  v.count += 1;
  return address;
}

function oldestClean(k: Kernel, v: VolumeView): PhysicalAddress {
  for (let at = v.oldest; at !== 0; at = bufferAt(k, at).newer) {
    const { dirty, pushing, changed, state } = bufferAt(k, at);
    if (dirty === 0 && pushing === 0 && changed === Changed.no && state !== BufferState.loading) return at;
  }
  return 0;
}

/** Gives all buffers back, whatever they hold. */
export function dropBuffers(k: Kernel, v: VolumeView): void {
  while (v.oldest !== 0) dropBuffer(k, v, v.oldest);
}

// Numbers in blocks. Those of 32 bits are aligned.

export const get32 = readWord;
export const put32 = writeWord;

export function get16(k: Kernel, at: PhysicalAddress): number {
  const { store } = k;
  (store.f64[store.readCell] as number) += 1;
  return store.u16[at >>> 1] as number;
}

export function put16(k: Kernel, at: PhysicalAddress, value: number): void {
  const { store } = k;
  (store.f64[store.writeCell] as number) += 1;
  store.u16[at >>> 1] = value;
}
