/** What the engine asks of the machine while it runs. */

/** Kinds of access, as the host is told of them. */
export const Access = { read: 0, write: 1, execute: 2 } as const;

export type AccessKind = (typeof Access)[keyof typeof Access];

export interface InterpreterHost {
  /**
   * Translates the page of an address. Called exactly once per page and kind of access whenever the translation is not
   * in the software cache of the set in use, and never speculatively. It may charge cycles by adding them to
   * `HartBlock.charged`, and flush other translations (but not drop decoded code).
   *
   * @param addressLow low 32 bits of the virtual address, an int32
   * @param addressHigh high 32 bits, an int32; the address is canonical
   * @returns offset in memory of the page's frame, or minus the trap cause
   */
  translatePage(addressLow: number, addressHigh: number, access: AccessKind): number;

  /**
   * Does one exact floating-point operation; operands and result as in float-operations.ts. Puts the exception flags it
   * raised in `HartBlock.floatFlags`.
   */
  floatOperation(operation: number, a: bigint, b: bigint, c: bigint, rounding: number): bigint;
}
