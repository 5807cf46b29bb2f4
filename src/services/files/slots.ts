/**
 * The page index of a node: which frame holds which page.
 *
 * A radix tree with 1,024 words to a frame, as Unix's indirect blocks. Height 0 is a single page, named in the node itself.
 * A slot holds 0 (no page), HOLE (no page, and nothing of a lower layer shows through) or a frame number. This file only
 * keeps the tree: who owns a page and what it counts for is decided in pages.ts.
 */
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Node, nodeAt, readWord, writeWord } from './records.ts';

/** In a slot: this page of the lower layer's file has been cleared. */
export const HOLE = 0xffff_ffff;

export const FANOUT = 1024;
/** Levels at most: 2^40 pages, 2^52 bytes. */
const TALLEST = 4;

/** The largest size of a file, in bytes. */
export const LARGEST_FILE = FANOUT ** TALLEST * PAGE_SIZE;

export function rootCell(node: PhysicalAddress): PhysicalAddress {
  return node + Node.offsets.pageRoot;
}

/** The digit of a page index that one level of the tree looks at, as a byte offset in its frame. */
export function offsetAt(index: number, level: number): number {
  return (Math.floor(index / FANOUT ** (level - 1)) % FANOUT) * 4;
}

/** The address of a page's slot, or 0 when the tree has none. */
function slotOf(k: Kernel, node: PhysicalAddress, index: number): PhysicalAddress {
  const height = nodeAt(k, node).pageHeight;
  if (index >= FANOUT ** height) return 0;
  let cell = rootCell(node);
  for (let level = height; level > 0; level--) {
    const frame = readWord(k, cell);
    if (frame === 0) return 0;
    cell = frame * PAGE_SIZE + offsetAt(index, level);
  }
  return cell;
}

/** What a page's slot holds. */
export function readSlot(k: Kernel, node: PhysicalAddress, index: number): number {
  const slot = slotOf(k, node, index);
  return slot === 0 ? 0 : readWord(k, slot);
}

/** Empties a page's slot, if it has one. */
export function forgetSlot(k: Kernel, node: PhysicalAddress, index: number): void {
  const slot = slotOf(k, node, index);
  if (slot !== 0) writeWord(k, slot, 0);
}

/** The first page at or after `from` whose slot is not empty, or -1. */
export function nextSlot(k: Kernel, node: PhysicalAddress, from: number): number {
  const view = nodeAt(k, node);
  const { pageRoot, pageHeight } = view;
  if (pageRoot === 0 || from >= FANOUT ** pageHeight) return -1;
  return pageHeight === 0 ? 0 : search(k, pageRoot, pageHeight, 0, from);
}

function search(k: Kernel, frame: number, level: number, base: number, from: number): number {
  const span = FANOUT ** (level - 1);
  for (let digit = Math.max(0, Math.floor((from - base) / span)); digit < FANOUT; digit++) {
    const below = readWord(k, frame * PAGE_SIZE + digit * 4);
    if (below === 0) continue;
    const start = base + digit * span;
    if (level === 1) return start;
    const found = search(k, below, level - 1, start, from);
    if (found >= 0) return found;
  }
  return -1;
}

/** Frees the index frames that only serve pages from `keep` on; their slots must be empty. */
export function prune(k: Kernel, node: PhysicalAddress, keep: number): void {
  const view = nodeAt(k, node);
  if (view.pageHeight === 0) return;
  if (view.pageRoot !== 0 && pruneFrame(k, view.pageRoot, view.pageHeight, 0, keep)) view.pageRoot = 0;
  if (view.pageRoot === 0) view.pageHeight = 0;
}

/** Returns true when the frame itself was freed. */
function pruneFrame(k: Kernel, frame: number, level: number, base: number, keep: number): boolean {
  if (level > 1) {
    const span = FANOUT ** (level - 1);
    for (let digit = 0; digit < FANOUT; digit++) {
      const start = base + digit * span;
      if (start + span <= keep) continue;
      const cell = frame * PAGE_SIZE + digit * 4;
      const below = readWord(k, cell);
      if (below !== 0 && pruneFrame(k, below, level - 1, start, keep)) writeWord(k, cell, 0);
    }
  }
  if (base < keep) return false;
  k.frames.release(frame);
  return true;
}
