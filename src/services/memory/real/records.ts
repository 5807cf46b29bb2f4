/**
 * The records of real memory: the control blocks that divide it, and what the service knows of a program's space.
 *
 * Control blocks lie in conventional memory, each at the start of the page in front of its block; the others are the
 * service's, and as much in every program's reach.
 */
import { record } from '../../../kernel/records.ts';

/** A memory control block: as DOS has them, with wider fields. */
export const ControlBlock = record('ControlBlock', {
  /** 'M', or 'Z' for the last one. */
  signature: 'u8',
  /** The space whose block it is; 0 when it is free. */
  owner: 'u32',
  /** Pages that follow. The next control block lies behind them. */
  pages: 'u32',
  /** What it is for, for people. */
  name: { array: 'u8', length: 8 },
});

export const Signature = { more: 0x4d, last: 0x5a } as const;

/** The service's root. */
export const RealRoot = record('RealRoot', {
  /** The tag that all spaces have: there is nothing to tell apart in caches. */
  tag: 'u32',
  /** The block swapped out last: first SwappedBlock. */
  swapped: 'u32',
});

/** What the service knows of a program's space; AddressSpace.map leads here. */
export const RealSpace = record('RealSpace', {
  /** Users besides the first: children that have not executed a program of their own yet. */
  others: 'u32',
  /** Where the break began, and where it is: the end of the program's block. */
  breakStart: 'integer',
  breakEnd: 'integer',
  stackTop: 'integer',
  peakBytes: 'integer',
});

/** A block whose place a child's program has taken, and the file that its content is in. */
export const SwappedBlock = record('SwappedBlock', {
  next: 'u32',
  /** The space that it belongs to, and the one that took its place. */
  owner: 'u32',
  taker: 'u32',
  /** Address of its first page, and pages. */
  data: 'u32',
  pages: 'u32',
  file: 'u32',
  name: { array: 'u8', length: 8 },
});
