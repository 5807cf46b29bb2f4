/**
 * The machine as the kernel sees it: runners, traps, translation, interrupts and devices. It knows no operating system.
 */
import type { PrimitiveNumber } from './accounting.ts';
import type { Cycles, PhysicalAddress, VirtualAddress } from './units.ts';

/** What a memory access wants. */
export const Access = { read: 0, write: 1, execute: 2 } as const;
export type AccessKind = (typeof Access)[keyof typeof Access];

/** Exception causes, numbered as in the RISC-V privileged manual, table 'mcause'. */
export const TrapCause = {
  instructionMisaligned: 0,
  instructionAccess: 1,
  illegalInstruction: 2,
  breakpoint: 3,
  loadMisaligned: 4,
  loadAccess: 5,
  storeMisaligned: 6,
  storeAccess: 7,
  userCall: 8,
  supervisorCall: 9,
  instructionPageFault: 12,
  loadPageFault: 13,
  storePageFault: 15,
} as const;
export type TrapCauseNumber = (typeof TrapCause)[keyof typeof TrapCause];

/** Why a runner came back. */
export const ExitReason = {
  /** The budget cannot cover the next instruction or step. */
  budget: 0,
  /** A synchronous trap: cause, value and pc are in the hart's state. */
  trap: 1,
  /** An access to a control and status register that the engine leaves to the machine. */
  control: 2,
} as const;
export type ExitReasonNumber = (typeof ExitReason)[keyof typeof ExitReason];

/** RAM: arrays indexed by physical address divided by the element's size, and the operations that tell the code cache. */
export interface Memory {
  readonly size: number;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  /** Copies bytes between places that may overlap. */
  copy(to: PhysicalAddress, from: PhysicalAddress, length: number): void;
  clear(start: PhysicalAddress, length: number): void;
  store(to: PhysicalAddress, bytes: Uint8Array): void;
  bytes(start: PhysicalAddress, length: number): Uint8Array;
  read32(address: PhysicalAddress): number;
  write32(address: PhysicalAddress, value: number): void;
  readInteger(address: PhysicalAddress): number;
  writeInteger(address: PhysicalAddress, value: number): void;
}

/**
 * Runs the active hart's thread for at most `budget` cycles and stops at an exact instruction. All state is in memory, so
 * that a runner may be replaced between two calls: RISC-V code is one runner, service steps another.
 */
export interface Runner {
  run(budget: Cycles): ExitReasonNumber;
  /** Instructions retired by the last call. */
  readonly retired: number;
}

/** Why the processor trapped. The value is an address (as a safe integer, or above) or the instruction's bits. */
export interface Trap {
  readonly cause: number;
  readonly valueLow: number;
  readonly valueHigh: number;
}

/** Bytes of a saved register context: x0..x31, f0..f31, pc, fcsr, each 8 bytes. x0's place holds 0. */
export const CONTEXT_SIZE = 66 * 8;
export const CONTEXT_FLOATS = 32 * 8;
export const CONTEXT_PC = 64 * 8;
export const CONTEXT_FCSR = 65 * 8;

/** Where the machine reports what happened, to be charged to whoever executes. The kernel's meter is one. */
export interface ChargeSink {
  charge(primitive: PrimitiveNumber, count: number): void;
  /** The active hart's clock before the run in progress. */
  readonly clock: Cycles;
}

/** The processor of the active hart: registers, translation, and the runner of RISC-V code. */
export interface Processor extends Runner {
  readonly trap: Trap;
  /** The trap's cause alone. */
  readonly trapCause: number;
  /** The same from a saved context, to which the registers go back at the end. */
  runFrom(context: PhysicalAddress, budget: Cycles): ExitReasonNumber;
  /** A hart becomes the active one: its translation cache is in force. */
  activate(hart: number): void;
  /**
   * Puts an address space in force; charges the switch, and the flush where entries have no tags. A small one lies beside
   * the large one that was in force, so that neither it nor the way back to that one flushes anything.
   */
  useSpace(kind: TranslationKindNumber, root: number, tag: number, small?: boolean): void;
  /**
   * Where a virtual address is, for an access by the kernel on a program's behalf, through the same translation cache; or
   * -1 when the page is not there with that right.
   */
  translate(
    root: number,
    tag: number,
    address: VirtualAddress,
    access: AccessKind,
    kind?: TranslationKindNumber,
  ): PhysicalAddress | -1;
  /** Drops what is cached of one page, or of a whole address space, on every hart. */
  forgetPage(root: number, tag: number, address: VirtualAddress): void;
  forgetSpace(root: number, tag: number): void;
  /** Breaks a reservation of LR, as another hart's store would. */
  clearReservation(): void;
}

/** What accesses by the kernel and by servers ask of the active hart's translation cache, where that is modelled. */
export interface Touching {
  /**
   * An access by a domain to a page of its own that lies in its space where it lies in physical memory, through the active
   * hart's translation cache, when that is modelled. Is the page in it now?
   */
  touch(tag: number, address: PhysicalAddress, access: AccessKind): boolean;
  /** An access by the kernel, in its own mapping of all memory. Is that in the translation cache now? */
  touchAsKernel(address: PhysicalAddress, access: AccessKind): boolean;
  /** Another access to a page of which the one before was answered with yes, `translationChanges` being the same. */
  touchAgain(access: AccessKind): void;
  /** Changes whenever translation caches lose or gain an entry, and when another space or hart becomes the active one. */
  readonly translationChanges: number;
  /** Drops what is cached of one page, on every hart. */
  forgetPage(root: number, tag: number, address: VirtualAddress): void;
}

/** How the addresses of an address space become physical ones. */
export const TranslationKind = {
  /** Addresses are physical: DOS, bare metal. */
  physical: 0,
  /** Added to a base and compared with a bound. */
  baseAndBound: 1,
  /** Sv48 tables walked by hardware. */
  pageTable: 2,
  /** A software cache; a miss is an upcall to the domain. */
  software: 3,
  /** Two stages: a guest's tables over its host's. */
  nested: 4,
} as const;
export type TranslationKindNumber = (typeof TranslationKind)[keyof typeof TranslationKind];

/** What a structure boots on: its share of a machine, never the machine. */
export interface ResourceSet {
  /** Hart numbers. */
  readonly harts: readonly number[];
  /** First physical address and length in bytes of the RAM that it may use, both whole frames. */
  readonly memory: { readonly start: PhysicalAddress; readonly length: number };
  readonly devices: readonly string[];
}

/** A device: registers that are read and written, and an interrupt line. Its state is its registers, in memory. */
export interface Device {
  readonly name: string;
  /** The instant of its next interrupt, or NEVER. */
  nextInterrupt(): Cycles;
  read(register: number): number;
  write(register: number, value: number, now: Cycles): void;
  /** Does what is due at `nextInterrupt()`. */
  fire(): void;
  /** Drops what is under way and touches memory no more, until a driver begins anew. */
  stop(): void;
}
