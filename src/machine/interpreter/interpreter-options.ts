/** What an interpreter is made with. */

import type { KeptBytes } from '../kept-bytes.ts';
import type { RefillPlan } from '../refill/refill-plan.ts';
import { type Eagerness, USUAL } from '../translator/eagerness.ts';

export interface InterpreterOptions {
  /** Cycles an instruction costs, at least 1. */
  readonly instructionPrice: number;
  /** Count loads, stores and atomics retired in `HartBlock.dataAccesses`. */
  readonly countDataAccesses?: boolean;
  /** What a modelled TLB is refilled by in generated code; when absent, the host is asked for every miss. */
  readonly refill?: RefillPlan | undefined;
  /** Translate what is executed often: as soon as usual, or as is said here. */
  readonly translate?: boolean | Eagerness;
  /** Pairs of instruction names to execute as one; the default list when absent. */
  readonly fusedPairs?: readonly (readonly [string, string])[];
  /** Where generated engines with the default pairs are kept, if anywhere. */
  readonly engines?: KeptBytes | undefined;
  /** Where translated code is kept for later runs of the same guest program, if anywhere. */
  readonly translations?: KeptBytes | undefined;
}

/** How soon code is translated; undefined when it never is. */
export function eagernessOf({ translate = false }: InterpreterOptions): Eagerness | undefined {
  return typeof translate === 'boolean' ? (translate ? USUAL : undefined) : translate;
}
