/** What the cache of translated code holds: modules, and the regions in them. */

import type { ExitCounts } from './exit-causes.ts';
import type { KeptModule } from './kept-modules.ts';

export interface TranslatedModule {
  readonly regions: readonly TranslatedRegion[];
  readonly frames: ReadonlySet<number>;
  readonly size: number;
  /** As it may be kept for later runs; undefined where that is not wanted. */
  readonly record: KeptModule | undefined;
}

export interface TranslatedRegion {
  readonly address: number;
  /** Offset in memory of its first instruction. */
  readonly place: number;
  readonly index: number;
  readonly instructionCount: number;
}

/** Of a translator that has done nothing yet. */
export const nothingDone = (sampleDistance: number) => ({
  modules: 0,
  kept: 0,
  regions: 0,
  instructions: 0,
  bytes: 0,
  invalidations: 0,
  flushes: 0,
  samples: 0,
  sampleDistance,
});

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
  /** Modules that earlier runs had kept. */
  readonly kept: number;
  /** Why translated code was left, if that was counted. */
  readonly exits?: ExitCounts;
}
