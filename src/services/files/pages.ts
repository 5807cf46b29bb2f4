/**
 * The pages of a file's content: where they come from, whose they are, and what they count for.
 *
 * A page is the node's own (written, or made by a hole), or clean: the lower layer has the same bytes and it may be given
 * up. A page that is nowhere shows the lower layer's bytes as far as `lowerSize` goes, and zeros behind. The same frames
 * serve read(2), write(2) and mappings, so that each sees at once what another writes. Errors are negative numbers.
 */
import { Primitive } from '../../contracts/accounting.ts';
import { ErrorNumber } from '../../contracts/errors.ts';
import { type FrameNumber, PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { formatOf } from './format.ts';
import { isWrittenThrough } from './layers.ts';
import { Want, want } from './pending.ts';
import { PageFlag } from './reclaim.ts';
import { mountAt, type NodeView, nodeAt, rootOf, writeWord } from './records.ts';
import { makeSlot } from './slot-growth.ts';
import { forgetSlot, HOLE, nextSlot, prune, readSlot } from './slots.ts';
import { allocatePage } from './storage.ts';
import type { FilesWiring } from './wiring.ts';

/** Pages in which the lower layer's file has bytes that may show through. */
export function lowerPages(node: NodeView): number {
  return Math.ceil(node.lowerSize / PAGE_SIZE);
}

/** Units of 512 bytes that a file takes, those of the lower layer included. */
export function blocksOf(node: NodeView): number {
  return (node.ownPages + Math.max(0, lowerPages(node) - node.maskedPages)) * (PAGE_SIZE / 512);
}

/** The frame of a page for reading or writing; 0 for a hole that is only read; PENDING, or a negative error number. */
export function pageFor(
  k: Kernel,
  w: FilesWiring,
  address: PhysicalAddress,
  index: number,
  write: boolean,
): FrameNumber {
  const slot = readSlot(k, address, index);
  if (slot !== 0 && slot !== HOLE) return usePage(k, address, slot, index, write);
  const below = slot === 0 && index * PAGE_SIZE < nodeAt(k, address).lowerSize;
  if (!below && !write) return 0;
  if (write && isFull(k, address)) return -ErrorNumber.ENOSPC;
  if (below && formatOf(k, w, address).onDisk) return want(k, Want.page, address, index);
  return bringPage(k, w, address, index, below, write);
}

/** Is this page present, as the node's own or clean? */
export function isPresent(k: Kernel, address: PhysicalAddress, index: number): boolean {
  const slot = readSlot(k, address, index);
  return slot !== 0 && slot !== HOLE;
}

/** Has the mount of a node as many pages as it may? */
export function isFull(k: Kernel, address: PhysicalAddress): boolean {
  const mount = mountAt(k, nodeAt(k, address).mount);
  const { pageLimit } = mount;
  return pageLimit !== 0 && mount.pages >= pageLimit;
}

function usePage(
  k: Kernel,
  address: PhysicalAddress,
  frame: FrameNumber,
  index: number,
  write: boolean,
): number {
  const view = k.frames.at(frame);
  const flags = view.inUse;
  if (write && (flags & PageFlag.clean) !== 0) {
    if (isFull(k, address)) return -ErrorNumber.ENOSPC;
    // The frame's record is the kernel's: a server asks for the mark.
    k.frames.ask();
    view.inUse = 0;
    rootOf(k).cleanPages -= 1;
    countOwn(k, address, index);
  } else if ((flags & PageFlag.used) === 0 && (flags & PageFlag.clean) !== 0) {
    k.frames.ask();
    view.inUse = flags | PageFlag.used;
  }
  return frame;
}

/** Fills a frame for a page that is not there: from the lower layer, or with zeros. */
function bringPage(
  k: Kernel,
  w: FilesWiring,
  address: PhysicalAddress,
  index: number,
  below: boolean,
  write: boolean,
): FrameNumber {
  const frame = allocatePage(k);
  const none = write ? -ErrorNumber.ENOSPC : -ErrorNumber.ENOMEM;
  if (frame === 0) return none;
  const view = k.frames.at(frame);
  view.inUse = 0;
  const slot = makeSlot(k, address, index);
  const error = slot === 0 ? none : below ? formatOf(k, w, address).readPage(k, w, address, index, frame) : 0;
  if (error !== 0) {
    k.frames.release(frame);
    return error;
  }
  view.next = address;
  view.index = index;
  writeWord(k, slot, frame);
  if (write) countOwn(k, address, index, below);
  else setClean(k, frame);
  return frame;
}

function setClean(k: Kernel, frame: FrameNumber): void {
  k.frames.at(frame).inUse = PageFlag.clean | PageFlag.used;
  rootOf(k).cleanPages += 1;
}

/** Counts a page that has just become the node's own; `masks` says whether the lower layer showed through before. */
function countOwn(k: Kernel, address: PhysicalAddress, index: number, masks?: boolean): void {
  const node = nodeAt(k, address);
  node.ownPages += 1;
  mountAt(k, node.mount).pages += 1;
  if ((masks ?? index * PAGE_SIZE < node.lowerSize) && !isWrittenThrough(k, address)) node.maskedPages += 1;
}

/** Makes a frame that has been filled a clean page. False when there is no memory for its place. */
export function installClean(
  k: Kernel,
  address: PhysicalAddress,
  index: number,
  frame: FrameNumber,
): boolean {
  const slot = makeSlot(k, address, index);
  if (slot === 0) return false;
  const view = k.frames.at(frame);
  view.next = address;
  view.index = index;
  writeWord(k, slot, frame);
  setClean(k, frame);
  return true;
}

/** A page that was the node's own has been written to the layer. */
export function markClean(k: Kernel, address: PhysicalAddress, frame: FrameNumber): void {
  setClean(k, frame);
  const node = nodeAt(k, address);
  node.ownPages -= 1;
  mountAt(k, node.mount).pages -= 1;
}

/** Gives up the frame of a page, own or clean, and leaves `slot` empty or a hole. Returns whether it was own. */
function dropPage(k: Kernel, address: PhysicalAddress, index: number, frame: FrameNumber): void {
  const view = k.frames.at(frame);
  const clean = (view.inUse & PageFlag.clean) !== 0;
  // The frame may live on in a mapping, but it is no page of this file any more.
  view.inUse = 0;
  view.next = 0;
  forgetSlot(k, address, index);
  k.frames.release(frame);
  if (clean) {
    rootOf(k).cleanPages -= 1;
    return;
  }
  const node = nodeAt(k, address);
  node.ownPages -= 1;
  mountAt(k, node.mount).pages -= 1;
}

/**
 * Frees the pages from `from` on, at most `budget` of them; returns where to go on, or -1 when all are gone. `extent` is the
 * number of pages that the lower layer's file had before it was cut to `from` pages.
 */
export function dropPages(
  k: Kernel,
  address: PhysicalAddress,
  from: number,
  extent: number,
  budget: number,
): number {
  let index = nextSlot(k, address, from);
  for (let dropped = 0; index >= 0 && dropped < budget; dropped++) {
    const slot = readSlot(k, address, index);
    const wasOwn = nodeAt(k, address).ownPages;
    if (slot === HOLE) forgetSlot(k, address, index);
    else dropPage(k, address, index, slot);
    const node = nodeAt(k, address);
    const masked = index < extent && (slot === HOLE || node.ownPages < wasOwn);
    if (masked && node.maskedPages > 0) node.maskedPages -= 1;
    index = nextSlot(k, address, index + 1);
  }
  if (index >= 0) return index;
  prune(k, address, from);
  return -1;
}

/** Makes one whole page read as zeros, and frees it. Returns 0 or a negative error number. */
export function punchPage(k: Kernel, address: PhysicalAddress, index: number): number {
  const slot = readSlot(k, address, index);
  if (slot === HOLE) return 0;
  const masks = index * PAGE_SIZE < nodeAt(k, address).lowerSize;
  const own = nodeAt(k, address).ownPages;
  if (slot !== 0) dropPage(k, address, index, slot);
  if (!masks) return 0;
  const cell = makeSlot(k, address, index);
  if (cell === 0) return -ErrorNumber.ENOSPC;
  writeWord(k, cell, HOLE);
  const node = nodeAt(k, address);
  // An own page counted as masking already.
  if (node.ownPages === own) node.maskedPages += 1;
  return 0;
}

/** Clears part of a page. Returns 0 or a negative error number. */
export function clearWithin(
  k: Kernel,
  w: FilesWiring,
  address: PhysicalAddress,
  start: number,
  length: number,
): number {
  if (length <= 0) return 0;
  const index = Math.floor(start / PAGE_SIZE);
  const present = pageFor(k, w, address, index, false);
  if (present <= 0) return present;
  const frame = pageFor(k, w, address, index, true);
  if (frame < 0) return frame;
  k.memory.clear(frame * PAGE_SIZE + (start % PAGE_SIZE), length);
  k.meter.charge(Primitive.wordCleared, Math.ceil(length / 8));
  return 0;
}

/** Does a page hold data, in a frame or in the lower layer? */
export function holdsData(k: Kernel, address: PhysicalAddress, index: number): boolean {
  const slot = readSlot(k, address, index);
  if (slot === HOLE) return false;
  return slot !== 0 || index * PAGE_SIZE < nodeAt(k, address).lowerSize;
}
