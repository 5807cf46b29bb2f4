/**
 * The units that every part of the house shares.
 *
 * Cycles, sizes, addresses and identifiers are safe integers held in JavaScript numbers. A 64-bit register value that may
 * be anything travels as two 32-bit halves (`low`, `high`), because a number cannot hold it exactly.
 */

/** Bytes in a page of virtual memory and in a frame of physical memory. */
export const PAGE_SIZE = 4096;

/** log2 of {@link PAGE_SIZE}. */
export const PAGE_SHIFT = 12;

/** A physical address: RAM and device registers share one space below 2^32. */
export type PhysicalAddress = number;

/** A virtual address of 48 bits, sign-extended to 64 as Sv48 asks; user addresses are below 2^47. */
export type VirtualAddress = number;

/** A physical frame's number: its physical address divided by {@link PAGE_SIZE}. */
export type FrameNumber = number;

/** A duration or an instant of virtual time, in cycles of the machine profile. */
export type Cycles = number;

/** An instant that never comes: the deadline of a wait without one. */
export const NEVER: Cycles = Number.POSITIVE_INFINITY;
