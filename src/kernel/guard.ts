/**
 * The guard of record accesses where programs reach the kernel's memory: there, any record may be damaged at any time.
 *
 * What a damaged record leads to lies where it lies: inside of memory it is read as if nothing had happened. An address outside
 * of it, and a walk that does not end, are the crash that they would be on a machine: they throw, with what can be said.
 */
import type { PhysicalAddress } from '../contracts/units.ts';
import type { Words } from './meter.ts';

export interface Guard {
  /** Looks at an access of `width` bytes. Throws an Error when the machine cannot go on. */
  check(address: PhysicalAddress, width: number, writing: boolean): void;
}

/** Accesses between two settlements: a step that makes more goes round in circles. */
const MOST_ACCESSES = 4_000_000;

/** @param cell index in `f64` of the cell that counts accesses since the last settlement. */
export function guardOf({ u8, f64 }: Words, cell: number): Guard {
  const end = u8.length;
  return {
    check(address, width) {
      if (!(address >= 0 && address + width <= end) || address % width !== 0)
        throw new Error(
          `the system’s tables are damaged: one of them leads to address ${describe(address)}, where no record can be`,
        );
      const count = (f64[cell] as number) + 1;
      f64[cell] = count;
      if (count < MOST_ACCESSES) return;
      f64[cell] = 0;
      throw new Error('the system’s tables are damaged: a list in them has no end, and the system hangs');
    },
  };
}

/** Two that look at each access, one after the other. */
export function both(first: Guard, second: Guard): Guard {
  return {
    check(address, width, writing) {
      first.check(address, width, writing);
      second.check(address, width, writing);
    },
  };
}

function describe(address: number): string {
  return Number.isSafeInteger(address) && address >= 0 ? `0x${address.toString(16)}` : String(address);
}
