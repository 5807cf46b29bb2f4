/**
 * How soon code is translated, in samples: every so many interpreted instructions the translator is told where the interpreter is.
 *
 * Translating a region costs about what interpreting some hundred samples does, so it should have had as many before; and the first
 * one costs more, since the translator itself is compiled then.
 */

/** No result depends on it. */
export interface Eagerness {
  /** Instructions interpreted between two samples: more than a straight line has. */
  readonly distance: number;
  /** How often a place is met by samples before it is translated. */
  readonly samples: number;
  /** How many samples make a region worth translating: as many for any, and as many for each of its instructions. */
  readonly forRegion: number;
  readonly forInstruction: number;
  /** Samples before anything is translated: what ends before is over sooner without. */
  readonly atFirst: number;
  /** Up to so many samples, only regions are translated that have this share of all: a program that is spread widely may soon be over. */
  readonly early: number;
  readonly share: number;
  /** So many instructions are enough for a module; until there are, a place waits for others, so many samples at most. */
  readonly together: number;
  readonly patience: number;
  /** Is every place a sample at which the machine lets generated code begin? For tests: it translates nearly everything. */
  readonly always: boolean;
  /** Count why translated code is left? */
  readonly countExits?: boolean;
}

export const USUAL: Eagerness = {
  distance: 4000,
  samples: 16,
  forRegion: 200,
  forInstruction: 5,
  atFirst: 4000,
  early: 20_000,
  share: 1 / 8,
  together: 1000,
  patience: 32,
  always: false,
};
/** For tests: what is executed is translated before it is executed a second time. */
export const AT_ONCE: Eagerness = {
  distance: 4000,
  samples: 1,
  forRegion: 0,
  forInstruction: 0,
  early: 0,
  share: 0,
  atFirst: 0,
  together: 0,
  patience: 0,
  always: true,
};
