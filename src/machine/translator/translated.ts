/** What the cache of translated code holds: modules, and the regions in them. */

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
