/**
 * Where a hart's translation state lies in machine memory: a head of words, the counts of lookups, and, with the architectural
 * TLB modelled, its caches. The state of the next hart follows. `Translation` keeps it; generated code that refills the TLB
 * (src/machine/refill) works on the same words.
 */
import type { MachineProfile } from '../../contracts/accounting.ts';
import { LOOKUP_COUNT_BYTES } from './lookup-counts.ts';
import { translationCacheSize } from './translation-cache.ts';

/** The part of a profile that says what TLB a hart has. */
export type CacheShapes = Pick<
  MachineProfile,
  'instructionCache' | 'dataCache' | 'kernelMapping' | 'taggedTranslation'
>;

/**
 * Words of a hart's head: TranslationKind, root and tag of the space in force; in the first hart's, which hart is active; the
 * tag of the last large space in force, to which small ones are neighbours.
 */
export const HeadWord = { kind: 0, root: 1, tag: 2, active: 3, largeTag: 4 } as const;
/** Bytes of those words; the counts of lookups follow. */
const HEAD_WORDS_BYTES = 32;

/** Offsets in the state of a hart with the TLB modelled, in bytes. */
export interface StateOffsets {
  readonly counts: number;
  readonly instruction: number;
  readonly data: number;
  readonly kernel: number;
}

export function stateOffsets({ instructionCache, dataCache }: CacheShapes): StateOffsets {
  const instruction = HEAD_WORDS_BYTES + LOOKUP_COUNT_BYTES;
  const data = instruction + translationCacheSize(instructionCache);
  return { counts: HEAD_WORDS_BYTES, instruction, data, kernel: data + translationCacheSize(dataCache) };
}

/** Bytes of state for one hart; without shapes, those without the architectural TLB. */
export function translationStateSize(shapes: CacheShapes | undefined): number {
  if (shapes === undefined) return HEAD_WORDS_BYTES;
  const { kernelMapping } = shapes;
  const forKernel = kernelMapping === undefined ? 0 : translationCacheSize(kernelMapping);
  return stateOffsets(shapes).kernel + forKernel;
}
