/** Reading and writing futex words of the calling program, as far as their pages are present. */
import { SpanRight } from '../../contracts/service.ts';
import type { VirtualAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { currentThread, userSpan } from '../state.ts';

const WORD_BYTES = 4;

/** The word at an address, unsigned; undefined when its page must be supplied. */
export function readWord(k: Kernel, address: VirtualAddress): number | undefined {
  const { scratch } = currentThread(k);
  const span = userSpan(k, address, WORD_BYTES, SpanRight.read);
  if (k.fromSpan(span, 0, scratch, WORD_BYTES) < WORD_BYTES) return undefined;
  return k.memory.read32(scratch);
}

/** Writes a word; false when its page must be supplied for writing. */
export function writeWord(k: Kernel, address: VirtualAddress, value: number): boolean {
  const { scratch } = currentThread(k);
  k.memory.write32(scratch, value);
  return k.toSpan(userSpan(k, address, WORD_BYTES, SpanRight.write), 0, scratch, WORD_BYTES) === WORD_BYTES;
}
