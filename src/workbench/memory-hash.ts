/**
 * The digest of a machine's state: SHA-256 over every frame that is not all zero, each with its number, and the active
 * hart's registers. Frames that hold zeros leave no trace, so that the size of unused RAM does not matter.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { PAGE_SIZE } from '../contracts/units.ts';
import { KernelRoot, MeterCells } from '../kernel/objects.ts';
import type { System } from './system.ts';

/**
 * Frames used so far, those of the kernel's own layout included: the rest of RAM was never touched. All of RAM when the
 * kernel's record cannot be right.
 */
export function usedFrames({ meter, layout, parts }: System): number {
  const { untouched } = KernelRoot.at(meter.observer, layout.root);
  const all = Math.floor(parts.memory / PAGE_SIZE);
  return untouched >= layout.firstFrame && untouched <= all ? untouched : all;
}

/** Observers leave no trace: the cell that counts their accesses goes back to 0. */
export function forgetObservers(system: System): void {
  system.memory.writeInteger(system.layout.cells + MeterCells.offsets.uncounted, 0);
}

function isClear(words: Float64Array): boolean {
  for (let index = 0; index < words.length; index++) if (!Object.is(words[index], 0)) return false;
  return true;
}

export function memoryHash(system: System): string {
  const { memory } = system;
  const digest = sha256.create();
  const number = new Uint32Array(1);
  const label = new Uint8Array(number.buffer);
  const words = PAGE_SIZE / 8;
  const used = usedFrames(system);
  forgetObservers(system);
  for (let frame = 0; frame < used; frame++) {
    if (isClear(memory.f64.subarray(frame * words, (frame + 1) * words))) continue;
    number[0] = frame;
    digest.update(label);
    digest.update(memory.bytes(frame * PAGE_SIZE, PAGE_SIZE));
  }
  return bytesToHex(digest.digest());
}
