/**
 * What comes with a signal: the first 48 bytes of siginfo_t as 64-bit Linux lays them out (asm-generic/siginfo.h); the rest
 * of its 128 is zero.
 */
import { Primitive } from '../../contracts/accounting.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { SignalNumber } from './numbers.ts';

/** Bytes of siginfo_t, and those of them that Linux keeps. */
export const INFORMATION_BYTES = 128;
export const KEPT_BYTES = 48;
/** Places of si_overrun and of si_value. */
export const OVERRUN_OFFSET = 20;
export const VALUE_OFFSET = 24;

/** Values of si_code that are no particular signal's. */
export const SignalCode = {
  user: 0,
  kernel: 0x80,
  queue: -1,
  timer: -2,
  messageQueue: -3,
  asynchronousIo: -4,
  io: -5,
  thread: -6,
} as const;

/** si_code of SIGCHLD. */
export const ChildCode = { exited: 1, killed: 2, dumped: 3, trapped: 4, stopped: 5, continued: 6 } as const;

export interface SignalInformation {
  readonly signal: number;
  readonly code: number;
  /** Number and real user of the sender, or of the child that SIGCHLD is about. */
  readonly sender: number;
  readonly user: number;
  /** An address, a status, or what sigqueue sends. */
  readonly value: number;
}

/** A signal that the kernel sends of itself. */
export function kernelSignal(signal: number, code: number = SignalCode.kernel, value = 0): SignalInformation {
  return { signal, code, sender: 0, user: 0, value };
}

/** Signals whose information is the address of a fault, when the kernel sends them. */
const FAULTS: readonly number[] = [
  SignalNumber.SIGILL,
  SignalNumber.SIGTRAP,
  SignalNumber.SIGBUS,
  SignalNumber.SIGFPE,
  SignalNumber.SIGSEGV,
];

/** Is si_addr what a signal of this code brings? */
export function isFault(signal: number, code: number): boolean {
  return code > SignalCode.user && code < SignalCode.kernel && FAULTS.includes(signal);
}

function isChildCode(signal: number, code: number): boolean {
  return signal === SignalNumber.SIGCHLD && code > SignalCode.user && code < SignalCode.kernel;
}

function put64(k: Kernel, at: PhysicalAddress, value: number): void {
  k.memory.write32(at, value >>> 0);
  k.memory.write32(at + 4, Math.floor(value / 2 ** 32) >>> 0);
}

/** Writes the kept bytes. */
export function putInformation(k: Kernel, at: PhysicalAddress, information: SignalInformation): void {
  const { signal, code, sender, user, value } = information;
  k.memory.clear(at, KEPT_BYTES);
  k.memory.write32(at, signal);
  k.memory.write32(at + 8, code);
  if (isFault(signal, code)) put64(k, at + 16, value);
  else {
    k.memory.write32(at + 16, sender);
    k.memory.write32(at + 20, user);
    if (isChildCode(signal, code)) k.memory.write32(at + 24, value);
    else put64(k, at + 24, value);
  }
  k.meter.charge(Primitive.recordWrite, KEPT_BYTES / 8);
}
