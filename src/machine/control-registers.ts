/**
 * Control and status registers that the engine leaves to the machine: for user mode, the unprivileged counters (RISC-V
 * Unprivileged ISA manual, chapter 'Counters'). Everything else is an illegal instruction in user mode.
 */
import { HartBlock } from './layout.ts';

/** Registers by number. */
const CLOCK_REGISTER = 0xc00;
const TIME_REGISTER = 0xc01;
const RETIRED_REGISTER = 0xc02;

/** What the counters show at the instruction that reads them. */
export interface Counters {
  readonly cycle: number;
  readonly time: number;
  readonly instructions: number;
}

const SYSTEM = 0x73;
const HALF = 2 ** 32;

function counterValue(register: number, counters: Counters): number | undefined {
  switch (register) {
    case CLOCK_REGISTER:
      return counters.cycle;
    case TIME_REGISTER:
      return counters.time;
    case RETIRED_REGISTER:
      return counters.instructions;
    default:
      return undefined;
  }
}

/**
 * Carries out a CSR instruction on the active hart's registers (`words`: the engine's memory by 32 bits). False when it
 * is illegal: an unknown register, or an attempt to write a read-only one.
 */
export function accessControlRegister(words: Uint32Array, instruction: number, counters: Counters): boolean {
  const access = (instruction >>> 12) & 7;
  if ((instruction & 0x7f) !== SYSTEM || (access & 3) === 0) return false;
  const writes = (access & 3) === 1 || ((instruction >>> 15) & 31) !== 0;
  const value = counterValue(instruction >>> 20, counters);
  if (value === undefined || writes) return false;
  const register = (instruction >>> 7) & 31;
  if (register !== 0) {
    const at = HartBlock.x / 4 + register * 2;
    words[at] = value >>> 0;
    words[at + 1] = Math.floor(value / HALF) >>> 0;
  }
  return true;
}
