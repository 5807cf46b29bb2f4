/**
 * Where everything is in the one WebAssembly memory: the engine's area first, then guest RAM.
 *
 *     0         nothing (so that address 0 is never a valid place)
 *     0x1000    hart block: registers of the hart that is running, and the cells by which engine and machine talk
 *     0x2000    workspace: one decoded slot for single steps, a buffer for accesses that cross pages
 *     0x10000   translation sets: the software caches of address translation
 *     ...       flat tables: a word per page of the low 4 GiB, for loads and for stores, of each translation set
 *     ...       directory: per frame, what the engine knows of it
 *     ...       decoded pages: instructions ready to execute
 *     ramBase   physical address 0
 *
 * The engine area apart from the hart block holds caches only: it may be dropped between runs and results must not
 * change. Physical addresses are below 2^32 - ramBase; frames are 4 KiB. All offsets are in bytes.
 */

export const FRAME_SIZE = 4096;
export const FRAME_SHIFT = 12;
const WASM_PAGE_SIZE = 65536;
const LARGEST_MEMORY = 2 ** 32;

/** Offsets in memory of the hart block's fields. */
export const HartBlock = {
  /** x0..x31, u64 each. x0 must hold 0. */
  x: 0x1000,
  /** Where writes to x0 go: the integer register with index 32. */
  discard: 0x1100,
  /** f0..f31, u64 each; single-precision values NaN-boxed. */
  f: 0x1108,
  /** u64: address of the next instruction; after a trap, of the instruction that trapped. */
  pc: 0x1208,
  /** i32: accrued exceptions (fcsr bits 4..0). */
  fflags: 0x1210,
  /** i32: rounding mode (fcsr bits 7..5). */
  frm: 0x1214,
  /** u32: physical address reserved by LR. */
  reservationAddress: 0x1218,
  /** i32: width in bytes of the reservation; 0 when there is none. */
  reservationWidth: 0x121c,
  /** u64: trap value (`stval`) after a trap. */
  trapValue: 0x1220,
  /** i32: trap cause (`scause` exception code) after a trap. */
  trapCause: 0x1228,
  /** i32: cycles left after a run; negative when a translation charged more than there were. */
  remaining: 0x122c,
  /** i32: cycles the host charged in a translation callback; taken off the budget and zeroed by the engine. */
  charged: 0x1230,
  /** u32: offset of the translation set in use. */
  translationSet: 0x1234,
  /** u32: loads, stores and atomics retired, modulo 2^32, if the engine counts them. */
  dataAccesses: 0x1238,
  /** i32: exception flags of the last `floatOperation` the host did. */
  floatFlags: 0x123c,

  // The engine's own, meaningful only during a run.
  /** u64: virtual address of the page being executed, or 1 when none is. */
  currentPage: 0x1240,
  /** u32: offset of that page's decoded slots, 0 when it has none. */
  currentSlots: 0x1248,
  /** u32: offset in memory of that page's frame. */
  currentFrame: 0x124c,
  /** u32: slot at which generated code stopped. */
  slot: 0x1250,
  /** u32: where the data of the access being done carefully is. */
  located: 0x1254,
  /** i32: its size in bytes. */
  locatedSize: 0x1258,
  /** i32: how many of them are on the page of the first. */
  locatedOnFirst: 0x125c,
  /** u32 each: where its first byte is, and its first byte on the second page if it crosses. */
  locatedFirst: 0x1260,
  locatedSecond: 0x1264,
  /** u32: the decoded page that eviction looks at next. */
  evictionHand: 0x1268,
  /** i32: cycles to be interpreted until the translator is told where. */
  untilSample: 0x126c,
  /** u64: where translated code was left last; 0 when that has been looked at. */
  lastLeft: 0x1270,
  /** u32: offset of the flat tables of the translation set in use, if there are any. */
  flatTables: 0x1278,
  /** u32 each: misses of the modelled TLB that generated code has refilled and nobody has counted yet, of data and of code. */
  dataRefills: 0x127c,
  codeRefills: 0x1280,
  /** u64: the page that the fast engine misses, with the bits that make the access misaligned. */
  missed: 0x1288,
  /** u64: an address that translated code has often led to where there is no region; 0 when that has been looked at. */
  wanted: 0x1290,
} as const;

/** Workspace of single steps and page-crossing accesses. */
export const Workspace = {
  slot: 0x2000,
  crossing: 0x2080,
  /** u64 each: constants that the fast engine reads; they must stay. */
  constants: 0x2100,
  /** u32 each, by handler: how often translated code was left before such an instruction; behind them, how often at all. */
  exits: 0x3000,
  /** u32 each, by the address's halfword modulo their number: how often there was no region for what translated code led to. */
  wants: 0xf000,
} as const;

/** How many handlers there is room for at `Workspace.exits`. */
export const EXITS_LIMIT = 12_000;

/** How many counts there are at `Workspace.wants`, a power of two. */
export const WANTS = 1024;

/** How many constants there is room for. */
export const CONSTANTS_LIMIT = 256;

/** A translation set: three direct-mapped tables of entries of 16 bytes. */
export const TranslationTable = {
  executeEntries: 4096,
  /** Of the table for loads and of that for stores. */
  dataEntries: 4096,
  entrySize: 16,
  /** Offsets of the tables in a set. */
  read: 0x0000,
  write: 0x10000,
  execute: 0x20000,
  setSize: 0x30000,
  /** u64: virtual page address; `unused` in no address; `slowMark` added when stores must be looked at. */
  tag: 0,
  /** u32: what to add to the low half of the virtual address to get the offset in memory. */
  addend: 8,
  /** u32, in execute entries: offset of the page's decoded slots. */
  slots: 12,
  slowMark: 8,
} as const;

/**
 * The flat tables of a translation set, which only translated code reads: an i32 for each page below 4 GiB. It is what to
 * add to an address to get the place before the data, so that 0, with which memory begins, is no translation. Behind them are
 * jumps (below). `chunks` are bytes that say which 4 KiB of all of them may hold anything else than 0.
 */
export const FlatTable = {
  entries: 2 ** 20,
  entrySize: 4,
  /** Offsets of the tables of a set from the first one. */
  read: 0,
  write: 0x40_0000,
  jumps: 0x80_0000,
  chunks: 0x80_4000,
  chunkSize: 4096,
  chunkCount: 2052,
  setSize: 0x80_5000,
} as const;

/**
 * A jump that translated code has found before: the region at an address below 4 GiB. It is there only while the page's execute entry
 * is in the set, and the region in the table of regions. They are few and small, so that the host's nearest cache holds them.
 */
export const Jump = {
  /** How many there are in a set, a power of two. */
  count: 2048,
  size: 8,
  /** u32: the address; 0 when there is none. */
  address: 0,
  /** u32: the region's index in the table. */
  region: 4,
  /** The place of an address is its bits from 1 on, and those from here on, combined by exclusive or, modulo the number. */
  secondBit: 10,
} as const;

/** Offset of the place of the jump to an address from the first jump. */
export function jumpOffset(address: number): number {
  const low = address >>> 0;
  return (((low >>> 1) ^ (low >>> Jump.secondBit)) % Jump.count) * Jump.size;
}

/** A decoded page: a slot per halfword, then slots that lead on to the next page. */
export const DecodedPage = {
  slots: FRAME_SIZE / 2,
  /** A four-byte instruction can end one halfword beyond the page. */
  guardSlots: 2,
  size: (FRAME_SIZE / 2 + 2) * 16,
} as const;

/** A decoded instruction. */
export const Slot = {
  size: 16,
  /** log2 of slot bytes per code byte. */
  codeShift: 3,
  /** u16: which generated handler executes it; 0 when not decoded. */
  handler: 0,
  /** u16: instructions from this one to the end of its straight line, itself included. */
  run: 2,
  /** u16 each: register number times 8. Where there is an rs3, the immediate is a rounding mode, of 16 bits only. */
  rd: 4,
  rs1: 6,
  rs2: 8,
  rs3: 14,
  /** u16: how many of the instructions of `run` access data. */
  accesses: 10,
  /** i32: immediate, or distance in slot bytes of a target on the same page, or rounding mode. */
  immediate: 12,
} as const;

export interface LayoutSizes {
  /** Bytes of guest RAM, a multiple of the frame size. */
  readonly ramSize: number;
  readonly translationSets: number;
  readonly decodedPages: number;
  /** Are there flat tables? Translated code needs them. */
  readonly flatTables?: boolean;
}

export interface Layout extends LayoutSizes {
  readonly translationSetBase: number;
  /** Of the first translation set; 0 when there are none. */
  readonly flatTableBase: number;
  /** u32 per frame; see directory.ts. */
  readonly directoryBase: number;
  readonly decodedBase: number;
  /** u32 per decoded page: number of the frame it holds, plus 1; 0 when free. */
  readonly decodedOwnerBase: number;
  readonly ramBase: number;
  /** Size of the memory in WebAssembly pages of 64 KiB. */
  readonly memoryPages: number;
}

const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

/** Computes the layout; throws a RangeError if it does not fit in a 32-bit memory. */
export function computeLayout(sizes: LayoutSizes): Layout {
  if (sizes.ramSize % FRAME_SIZE !== 0) throw new RangeError('RAM size is not a multiple of the frame size');
  const frames = sizes.ramSize / FRAME_SIZE;
  const translationSetBase = 0x10000;
  const afterSets = translationSetBase + sizes.translationSets * TranslationTable.setSize;
  const flatTableBase = sizes.flatTables === true ? roundUp(afterSets, WASM_PAGE_SIZE) : 0;
  const directoryBase =
    flatTableBase === 0 ? afterSets : flatTableBase + sizes.translationSets * FlatTable.setSize;
  const decodedOwnerBase = directoryBase + frames * 4;
  const decodedBase = roundUp(decodedOwnerBase + sizes.decodedPages * 4, FRAME_SIZE);
  const ramBase = roundUp(decodedBase + sizes.decodedPages * DecodedPage.size, WASM_PAGE_SIZE);
  const end = roundUp(ramBase + sizes.ramSize, WASM_PAGE_SIZE);
  if (end > LARGEST_MEMORY) throw new RangeError(`engine and RAM need ${end} bytes, more than 4 GiB`);
  const bases = { translationSetBase, flatTableBase, directoryBase, decodedOwnerBase, decodedBase, ramBase };
  return { ...sizes, ...bases, memoryPages: end / WASM_PAGE_SIZE };
}
