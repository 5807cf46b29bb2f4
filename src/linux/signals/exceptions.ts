/** Which signal a machine exception becomes, and its si_code (arch/riscv's traps and asm-generic/siginfo.h). */
import { ErrorNumber } from '../../contracts/errors.ts';
import { TrapCause } from '../../contracts/machine.ts';
import { SignalNumber } from './numbers.ts';

const SEGV_MAPERR = 1;
const SEGV_ACCERR = 2;
const BUS_ADRALN = 1;
const BUS_ADRERR = 2;
const ILL_ILLOPC = 1;
const TRAP_BRKPT = 1;

/** Page faults tell the address that was wanted; all other signals the address of the instruction. */
export function isPageFault(cause: number): boolean {
  const faults: readonly number[] = [
    TrapCause.instructionPageFault,
    TrapCause.loadPageFault,
    TrapCause.storePageFault,
  ];
  return faults.includes(cause);
}

/** @param error for page faults, what the memory service said. */
export function exceptionSignal(cause: number, error: number): { signal: number; code: number } {
  switch (cause) {
    case TrapCause.illegalInstruction:
      return { signal: SignalNumber.SIGILL, code: ILL_ILLOPC };
    case TrapCause.breakpoint:
      return { signal: SignalNumber.SIGTRAP, code: TRAP_BRKPT };
    case TrapCause.instructionMisaligned:
    case TrapCause.loadMisaligned:
    case TrapCause.storeMisaligned:
      return { signal: SignalNumber.SIGBUS, code: BUS_ADRALN };
    default:
      break;
  }
  const unfilled: readonly number[] = [ErrorNumber.EIO, ErrorNumber.ENOSPC];
  if (unfilled.includes(error)) return { signal: SignalNumber.SIGBUS, code: BUS_ADRERR };
  return { signal: SignalNumber.SIGSEGV, code: error === ErrorNumber.EACCES ? SEGV_ACCERR : SEGV_MAPERR };
}
