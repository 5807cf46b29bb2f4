/** What the cache of translated code holds: modules, and the regions in them. */

import type { ExitCounts } from './exit-causes.ts';

export interface TranslatedModule {
  readonly regions: readonly TranslatedRegion[];
  readonly frames: ReadonlySet<number>;
  readonly size: number;
}

export interface TranslatedRegion {
  readonly address: number;
  /** Offset in memory of its first instruction. */
  readonly place: number;
  readonly index: number;
  readonly instructionCount: number;
}

/** What the cache holds and has done, for whoever measures; never in any result of the machine. */
export interface TranslatorFigures {
  readonly modules: number;
  readonly regions: number;
  readonly instructions: number;
  readonly bytes: number;
  readonly invalidations: number;
  readonly flushes: number;
  /** Times that the interpreter was found at work, and instructions between two of them. */
  readonly samples: number;
  readonly sampleDistance: number;
  /** Why translated code was left, if that was counted. */
  readonly exits?: ExitCounts;
}
