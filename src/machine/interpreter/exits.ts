/** Why a run ended, and why generated code handed over to the engine within one. */

/** Result of `Interpreter.run`. */
export const RunExit = {
  /** The budget does not cover the next instruction. */
  budget: 0,
  /** The instruction at pc trapped: cause and value are in the hart block. */
  trap: 1,
  /** The instruction at pc is a CSR access or a privileged instruction, left to the machine. */
  system: 2,
} as const;

export type RunExitCode = (typeof RunExit)[keyof typeof RunExit];

/** How generated code stops. */
export const Stop = {
  ...RunExit,
  /** The encoding is illegal. */
  illegal: 3,
  /** The instruction needs the careful engine: nothing of it has been done. */
  careful: 4,
  /** The slot leads to translated code. */
  translated: 5,
  /** A load or a store misses in the engine's tables, and may be a usual miss of the modelled TLB: refill.ts. */
  readMiss: 6,
  writeMiss: 7,
  /** The slot is not decoded. */
  undecoded: 8,
  /** Control goes to a page whose translation is not cached. */
  fetch: 9,
  /** The budget does not cover the straight line, or the instruction goes beyond the page: execute just this one. */
  step: 10,
  /** The instruction is done. */
  done: 11,
  /** So much has been interpreted that the translator wants to know where. */
  sample: 12,
  /** Translated code has done nothing: the instruction is to be interpreted. */
  idle: 13,
  /** Translated code often leads to an address where there is no region, which the hart block names. */
  wanted: 14,
} as const;

/** The fast engine has taken the cycles of the straight line from the slot on when it stops with a code up to this. */
export const LAST_PAID_STOP = Stop.writeMiss;

export type StopCode = (typeof Stop)[keyof typeof Stop];
