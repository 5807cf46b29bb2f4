/**
 * What hooks and switches take on paper, by a machine profile: the prices of the same primitives that the kernel charges for a
 * pass through the scheduler, the policy's accesses of its records, and the registers of a switch.
 */
import type { MachineProfile } from '../../contracts/accounting.ts';

export interface Overhead {
  /** For one call of a hook. */
  readonly hook: number;
  readonly read: number;
  readonly write: number;
  /** For going from one job to another. */
  readonly change: number;
}

export const NO_OVERHEAD: Overhead = { hook: 0, read: 0, write: 0, change: 0 };

/** Registers that a procedure must preserve in the RISC-V calling convention: ra, sp, s0 to s11. */
const SWITCHED_REGISTERS = 14;

export function overheadOf({ prices }: MachineProfile): Overhead {
  const { schedulerPass, recordRead, recordWrite, registerSaved, registerRestored } = prices;
  return {
    hook: schedulerPass.cycles,
    read: recordRead.cycles,
    write: recordWrite.cycles,
    change: SWITCHED_REGISTERS * (registerSaved.cycles + registerRestored.cycles),
  };
}
