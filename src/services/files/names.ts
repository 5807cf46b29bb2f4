/**
 * Names as bytes in machine memory: hashed and compared where they lie, and charged by the word.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';

/** Bytes in a name, and in a path, at most. A path's count leaves out the zero byte that Linux counts. */
export const LONGEST_NAME = 255;
export const LONGEST_PATH = 4095;

export const SLASH = 0x2f;
const DOT = 0x2e;

/** A hash of 32 bits (FNV-1a). */
export function hashName(k: Kernel, start: PhysicalAddress, length: number): number {
  const { u8 } = k.memory;
  let hash = 0x811c9dc5;
  for (let at = start; at < start + length; at++) hash = Math.imul(hash ^ (u8[at] as number), 0x01000193);
  k.examine(length);
  return hash >>> 0;
}

export function sameBytes(k: Kernel, a: PhysicalAddress, b: PhysicalAddress, length: number): boolean {
  const { u8 } = k.memory;
  let same = 0;
  while (same < length && u8[a + same] === u8[b + same]) same += 1;
  k.examine(Math.min(same + 1, length));
  return same === length;
}

/** 1 for '.', 2 for '..', 0 for any other name. */
export function dots(k: Kernel, start: PhysicalAddress, length: number): 0 | 1 | 2 {
  const { u8 } = k.memory;
  if (length > 2 || u8[start] !== DOT) return 0;
  if (length === 1) return 1;
  return u8[start + 1] === DOT ? 2 : 0;
}
