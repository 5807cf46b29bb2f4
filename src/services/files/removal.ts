/**
 * Taking names away.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { setTimes, touchModified } from './clock.ts';
import { detachEntry } from './directories.ts';
import { dropName, isDirectory } from './nodes.ts';
import { entryAt, nodeAt } from './records.ts';
import type { FilesWiring } from './wiring.ts';

/** Takes an entry away and counts the name of its node. */
export function removeEntry(k: Kernel, w: FilesWiring, entry: PhysicalAddress): void {
  const { directory, node } = entryAt(k, entry);
  if (isDirectory(k, node)) nodeAt(k, directory).links -= 1;
  detachEntry(k, entry);
  touchModified(k, w, directory);
  setTimes(k, w, node, false, false, true);
  dropName(k, node, entry);
}

/** The host has lost a name. */
export function loseEntry(k: Kernel, w: FilesWiring, entry: PhysicalAddress): void {
  if (entryAt(k, entry).node !== 0) {
    removeEntry(k, w, entry);
    return;
  }
  detachEntry(k, entry);
  k.slab.release(entry);
}
