/**
 * What the memory service tells of a space, for procfs: records written to the asker's span.
 */
import { record } from '../../kernel/records.ts';

/** Totals of a space; sizes in bytes, present pages in pages. */
export const MemoryFigures = record('MemoryFigures', {
  mappedBytes: 'integer',
  peakBytes: 'integer',
  /** Private, writable, no stack. */
  dataBytes: 'integer',
  stackBytes: 'integer',
  /** Executable and not writable. */
  textBytes: 'integer',
  lockedBytes: 'integer',
  tableBytes: 'integer',
  anonymousPages: 'integer',
  filePages: 'integer',
  peakPages: 'integer',
  breakStart: 'integer',
  breakEnd: 'integer',
  stackTop: 'integer',
  regionCount: 'integer',
});

/** One region. */
export const RegionFigures = record('RegionFigures', {
  start: 'integer',
  end: 'integer',
  /** Offset in the file of its first byte. */
  offset: 'integer',
  /** Protection bits. */
  protection: 'u32',
  /** RegionKind bits. */
  kind: 'u32',
  /** The files service's node, or 0. It is not held for the asker. */
  file: 'u32',
});

export const RegionKind = {
  shared: 1,
  growsDown: 2,
  /** Shared anonymous memory: the file is the service's own and has no name. */
  unnamed: 4,
  /** It holds the break. */
  heap: 8,
  /** It is the stack that the kernel made. */
  stack: 16,
} as const;
