/**
 * The memory service: address spaces, what is mapped in them, and the pages behind it.
 *
 * An address space is named by its AddressSpace record (src/kernel/objects.ts). Addresses and lengths are bytes; lengths are
 * rounded up to pages where mmap(2) does so. Errors are those of the Linux call of the same meaning. The operation
 * `fault` is the kernel's pager interface (src/kernel/entry.ts).
 */
import { serviceInterface } from '../../contracts/service.ts';

export const memory = serviceInterface('memory', {
  /** Makes an empty address space for a domain; the value is its record. ENOMEM. */
  create: { domain: 'number' },
  /** Makes a copy, pages shared until written; the value is the new space. ENOMEM. */
  fork: { space: 'number', domain: 'number' },
  /** Another process uses the space as its own (vfork, CLONE_VM): it goes with its last user. */
  share: { space: 'number' },
  /** A user leaves the space; the last one unmaps everything and forgets it. */
  destroy: { space: 'number' },
  /** mmap(2): `file` is a node of the files service or 0. The value is the address. */
  map: {
    space: 'number',
    address: 'number',
    length: 'number',
    /** Protection bits. */
    protection: 'number',
    /** MapFlag bits. */
    flags: 'number',
    file: 'number',
    offset: 'number',
    /** Bit 1: the file may be written (a shared mapping may become writable); bit 0: it may be read. */
    fileRights: 'number',
  },
  unmap: { space: 'number', address: 'number', length: 'number' },
  protect: { space: 'number', address: 'number', length: 'number', protection: 'number' },
  /** mremap(2); the value is the new address. */
  remap: {
    space: 'number',
    address: 'number',
    oldLength: 'number',
    newLength: 'number',
    flags: 'number',
    newAddress: 'number',
  },
  /** brk(2) as the kernel's call: the value is the break, unchanged when it cannot be moved. */
  setBreak: { space: 'number', address: 'number' },
  /** Says where the break begins, as exec does. */
  startBreak: { space: 'number', address: 'number' },
  /**
   * Makes the stack's region: it grows down from `top` by faults to at most `limit` bytes. Value: its start; second: where it
   * ends, which is `top`, unless memory is real and the place is the service's to choose.
   */
  mapStack: { space: 'number', top: 'number', size: 'number', limit: 'number', protection: 'number' },
  advise: { space: 'number', address: 'number', length: 'number', advice: 'number' },
  synchronise: { space: 'number', address: 'number', length: 'number', flags: 'number' },
  /** mincore(2): one byte for each page into the span. */
  residency: { space: 'number', address: 'number', length: 'number', into: 'span' },
  /** Makes present what can be, up to `length` bytes, for an access; the value is the bytes that are. EFAULT when none. */
  supply: { space: 'number', address: 'number', length: 'number', access: 'number' },
  /** The kernel's pager interface. */
  fault: { space: 'number', address: 'number', access: 'number' },
  /** Value: pages present, those shared with others included; second value: the most there ever were. */
  present: { space: 'number' },
  /** Figures for procfs, as MemoryFigures (src/services/memory/figures.ts) at the span. */
  figures: { space: 'number', into: 'span' },
  /** The regions from the one at or after `cursor` (an address), as RegionFigures records; the value is their number, the second value the next cursor or 0. */
  regions: { space: 'number', cursor: 'number', into: 'span' },
  /** Keeps the space as it is for several steps of the calling thread: other threads' changes and faults wait for `thaw`. */
  freeze: { space: 'number' },
  thaw: { space: 'number' },
  /** A file has lost its pages in [from, to), bytes: mappings forget them, and private copies of them too when `copies` is 1. */
  forgetFile: { file: 'number', from: 'number', to: 'number', copies: 'number' },
  /** Sets resource limits of the space, in bytes; NEVER is none. */
  setLimits: { space: 'number', addressSpace: 'number', data: 'number', stack: 'number' },
});

/** Protection bits, as PROT_* of mman.h. */
export const Protection = { none: 0, read: 1, write: 2, execute: 4, growsDown: 0x0100_0000 } as const;

/** Mapping flags, as MAP_* of asm-generic/mman.h. */
export const MapFlag = {
  shared: 0x01,
  private: 0x02,
  sharedValidate: 0x03,
  typeMask: 0x0f,
  fixed: 0x10,
  anonymous: 0x20,
  growsDown: 0x100,
  denyWrite: 0x800,
  executable: 0x1000,
  locked: 0x2000,
  noReserve: 0x4000,
  populate: 0x8000,
  nonBlock: 0x1_0000,
  stack: 0x2_0000,
  hugePages: 0x4_0000,
  fixedNoReplace: 0x10_0000,
} as const;

/** Flags of `remap`, as MREMAP_* of mman.h. */
export const RemapFlag = { mayMove: 1, fixed: 2, doNotUnmap: 4 } as const;

/** Flags of `synchronise`, as MS_* of mman.h. */
export const SynchroniseFlag = { asynchronous: 1, invalidate: 2, synchronous: 4 } as const;

/** Advice, as MADV_* of asm-generic/mman-common.h. */
export const Advice = {
  normal: 0,
  random: 1,
  sequential: 2,
  willNeed: 3,
  doNotNeed: 4,
  free: 8,
  remove: 9,
  doNotFork: 10,
  doFork: 11,
  mergeable: 12,
  unmergeable: 13,
  hugePage: 14,
  noHugePage: 15,
  doNotDump: 16,
  doDump: 17,
  wipeOnFork: 18,
  keepOnFork: 19,
  cold: 20,
  pageOut: 21,
  populateRead: 22,
  populateWrite: 23,
  /** As doNotNeed, of locked pages too. */
  doNotNeedLocked: 24,
} as const;
