/**
 * Making room in a node's page index: index frames above a slot, as the file grows.
 */
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { nodeAt, readWord, writeWord } from './records.ts';
import { FANOUT, offsetAt, rootCell } from './slots.ts';
import { allocateFrame } from './storage.ts';

/** Makes the tree tall enough for a page. False when there is no frame for it. */
function grow(k: Kernel, node: PhysicalAddress, index: number): boolean {
  const view = nodeAt(k, node);
  while (index >= FANOUT ** view.pageHeight) {
    const root = view.pageRoot;
    if (root !== 0) {
      const frame = allocateFrame(k, FrameUse.index);
      if (frame === 0) return false;
      // Making room may have given up the very page that was the root.
      writeWord(k, frame * PAGE_SIZE, view.pageRoot);
      view.pageRoot = frame;
    }
    view.pageHeight += 1;
  }
  return true;
}

/** Makes a page's slot, with the index frames above it; its address, or 0 when there is no frame for them. */
export function makeSlot(k: Kernel, node: PhysicalAddress, index: number): PhysicalAddress {
  if (!grow(k, node, index)) return 0;
  let cell = rootCell(node);
  for (let level = nodeAt(k, node).pageHeight; level > 0; level--) {
    let frame = readWord(k, cell);
    if (frame === 0) {
      frame = allocateFrame(k, FrameUse.index);
      if (frame === 0) return 0;
      writeWord(k, cell, frame);
    }
    cell = frame * PAGE_SIZE + offsetAt(index, level);
  }
  return cell;
}
