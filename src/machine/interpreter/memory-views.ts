/** Typed access to the machine's memory for the engine's own records. Offsets are in bytes. */

import { FRAME_SIZE } from '../layout.ts';

const CANONICAL_SIGN_SHIFT = 15;

export class MemoryViews {
  readonly bytes: Uint8Array;
  /** For what is done to each instruction that is decoded, most of it before the host's compiler has seen to calls. */
  readonly halfwords: Uint16Array;
  readonly words: Uint32Array;
  private readonly signedWords: Int32Array;

  constructor(memory: WebAssembly.Memory) {
    this.bytes = new Uint8Array(memory.buffer);
    this.halfwords = new Uint16Array(memory.buffer);
    this.words = new Uint32Array(memory.buffer);
    this.signedWords = new Int32Array(memory.buffer);
  }

  /** @param offset a multiple of 2 */
  u16(offset: number): number {
    return this.halfwords[offset >>> 1] as number;
  }

  setU16(offset: number, value: number): void {
    this.halfwords[offset >>> 1] = value;
  }

  /** @param offset a multiple of 4 */
  u32(offset: number): number {
    return this.words[offset >>> 2] as number;
  }

  i32(offset: number): number {
    return this.signedWords[offset >>> 2] as number;
  }

  setU32(offset: number, value: number): void {
    this.words[offset >>> 2] = value;
  }

  /** Writes 64-bit patterns from an offset on, a multiple of 8. */
  setPatterns(offset: number, patterns: readonly bigint[]): void {
    new BigInt64Array(this.bytes.buffer).set(patterns, offset / 8);
  }

  /** Writes a 64-bit value as two halves. */
  setU64(offset: number, low: number, high: number): void {
    this.words[offset >>> 2] = low;
    this.words[(offset >>> 2) + 1] = high;
  }
}

/** Whether bits 63..48 of an address all equal bit 47, as Sv48 requires; `high` is its upper half, any int32. */
export function isCanonical(high: number): boolean {
  const signed = high | 0;
  return signed >> CANONICAL_SIGN_SHIFT === (signed << 16) >> 31;
}

/** The first address of the page after an address's. */
export function nextPage(low: number, high: number): [low: number, high: number] {
  const nextLow = ((low & -FRAME_SIZE) + FRAME_SIZE) | 0;
  return [nextLow, nextLow === 0 ? (high + 1) | 0 : high];
}
