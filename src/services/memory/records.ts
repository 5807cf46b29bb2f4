/**
 * The memory service's records: what is mapped in an address space, and what stands behind it.
 *
 * They lie in the service's own domain. The frames of programs and their tables are on the programs' accounts.
 */
import { WaitQueue } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';
import { TreeNode } from '../../kernel/tree.ts';

/** The service's root. */
export const MemoryRoot = record('MemoryRoot', {
  /** A clear frame that stands for every page read before it was written; one hold is the service's own. */
  zeroFrame: 'u32',
  /** Below so many free frames, faults first ask for some to be given up. */
  reserve: 'u32',
  /** The last so many are not for programs: without them the kernel could not even end one. */
  minimum: 'u32',
  /** Faults that still go without asking, because nothing could be given up the last time. */
  patience: 'u32',
  /** All spaces, oldest first: SpaceMap records. */
  firstSpace: 'u32',
  lastSpace: 'u32',
});

/** What the service knows of one address space; AddressSpace.map leads here. */
export const SpaceMap = record('SpaceMap', {
  /** The domain on whose account the space's frames are. */
  domain: 'u32',
  /** Its AddressSpace record, and its neighbours among all spaces. */
  space: 'u32',
  previousSpace: 'u32',
  nextSpace: 'u32',
  /** Users besides the first: vfork's children, and processes made with CLONE_VM. */
  others: 'u32',
  /** Root of the tree of regions, by start. */
  regions: 'u32',
  regionCount: 'u32',
  /** The thread whose operation on the space takes several steps; others wait. */
  busy: 'u32',
  waiting: { embedded: WaitQueue },
  /** Files that no region needs any more and that are still to be released: first Backing. */
  condemned: 'u32',
  /** Where the break began, and where it is. */
  breakStart: 'integer',
  breakEnd: 'integer',
  /** Mappings without an address are placed below this. */
  mapTop: 'integer',
  /** Where a search for more than `skippedGap` bytes begins: no gap above is larger. NEVER: at the top. */
  searchTop: 'integer',
  skippedGap: 'integer',
  stackTop: 'integer',
  /** Bytes: resource limits, or NEVER. */
  stackLimit: 'integer',
  addressSpaceLimit: 'integer',
  dataLimit: 'integer',
  /** Bytes mapped, and those of them that are private and writable and no stack. */
  mappedBytes: 'integer',
  dataBytes: 'integer',
  /** Pages present: anonymous ones and those of files; and the most there ever were. */
  anonymousPages: 'integer',
  filePages: 'integer',
  peakPages: 'integer',
  peakBytes: 'integer',
});

/** A run of pages with one protection and one thing behind it. */
export const Region = record('Region', {
  /** Its key is the first address. */
  node: { embedded: TreeNode },
  /** The first address behind it. */
  end: 'integer',
  /** Protection bits: read, write, execute. */
  protection: 'u32',
  /** RegionFlag bits. */
  flags: 'u32',
  /** The Backing of a file, or 0 for anonymous private memory. */
  backing: 'u32',
  /** Offset in the file of its first byte. */
  offset: 'integer',
});

export const RegionFlag = {
  shared: 1,
  growsDown: 2,
  /** It has, or had, pages of its own: a copy of the space must copy its entries. */
  touched: 4,
  notForked: 8,
  clearedInFork: 16,
  locked: 32,
} as const;

/** A file that regions show. One hold on the node is kept for all of them. */
export const Backing = record('Backing', {
  /** The files service's node. */
  file: 'u32',
  references: 'u32',
  /** Bit 0: it may be read, bit 1: it may be written. */
  rights: 'u32',
  /** 1 when it is the service's own, for shared anonymous memory. */
  unnamed: 'u32',
  /** Next of a space's condemned ones. */
  next: 'u32',
});
