/**
 * The hardware's walk of Sv48 tables (RISC-V privileged manual, 'Virtual Address Translation Process', with Svadu: the machine
 * itself sets A, and D on a store). Leaves are pages of 4 KiB; superpages are accepted and used by the page.
 *
 * The result is one number: `packTranslation` or, negative, `packFault`, each with the count of table entries read, because
 * each is charged whether or not the walk succeeds.
 */
import { Access, type AccessKind, TrapCause } from '../../contracts/machine.ts';
import { LEAF_BITS, PageEntry, TABLE_LEVELS, TABLE_SHIFT } from '../../contracts/page-table.ts';
import type { FrameNumber } from '../../contracts/units.ts';

/** What a translation allows, as bits; the order of AccessKind. */
export const Right = { read: 1, write: 2, execute: 4 } as const;

const PAGE_FAULT: readonly number[] = [
  TrapCause.loadPageFault,
  TrapCause.storePageFault,
  TrapCause.instructionPageFault,
];
const ACCESS_FAULT: readonly number[] = [
  TrapCause.loadAccess,
  TrapCause.storeAccess,
  TrapCause.instructionAccess,
];
const ENTRY_NEEDED: readonly number[] = [PageEntry.read, PageEntry.write, PageEntry.execute];

/** The high word's bits that must be 0 without Svnapot and Svpbmt; those below are of frame numbers that no RAM reaches. */
const HIGH_RESERVED = 0xffc0_0000;

const STEP_UNITS = 8;
const RIGHT_UNITS = 8;

export const pageFault = (access: AccessKind): number => PAGE_FAULT[access] as number;
export const accessFault = (access: AccessKind): number => ACCESS_FAULT[access] as number;

const packTranslation = (frame: FrameNumber, rights: number, steps: number): number =>
  (frame * RIGHT_UNITS + rights) * STEP_UNITS + steps;
const packFault = (cause: number, steps: number): number => -(cause * STEP_UNITS + steps);

/** Table entries read by a walk. */
export const stepsOf = (result: number): number => Math.abs(result) % STEP_UNITS;
/** The cause of a walk that failed. */
export const causeOf = (result: number): number => Math.floor(-result / STEP_UNITS);
export const rightsOf = (result: number): number => Math.floor(result / STEP_UNITS) % RIGHT_UNITS;
export const frameOf = (result: number): FrameNumber => Math.floor(result / (STEP_UNITS * RIGHT_UNITS));

/** Does the 64-bit address repeat bit 47 in all bits above it? */
export function isCanonical(high: number): boolean {
  const top = high >>> 15;
  return top === 0 || top === 0x1ffff;
}

/** A page's number: bits 47..12 of its address. */
export const pageNumber = (low: number, high: number): number => (high & 0xffff) * 2 ** 20 + (low >>> 12);

/** The index in the table of a level (0 holds pages) for an address. */
function tableIndex(level: number, low: number, high: number): number {
  if (level === 0) return (low >>> 12) & 511;
  if (level === 1) return (low >>> 21) & 511;
  if (level === 2) return ((low >>> 30) & 3) | ((high & 0x7f) << 2);
  return (high >>> 7) & 511;
}

/**
 * Walks from the root table in frame `root`. User rights are asked for: the only privilege below the kernel, and the kernel
 * reaches a program's memory with the program's rights.
 * @param frames frames of RAM: a table or page outside of it is an access fault.
 */
export function walk(
  u32: Uint32Array,
  frames: number,
  root: FrameNumber,
  low: number,
  high: number,
  access: AccessKind,
): number {
  if (!isCanonical(high)) return packFault(pageFault(access), 0);
  let table = root;
  for (let level = TABLE_LEVELS - 1; level >= 0; level--) {
    const steps = TABLE_LEVELS - level;
    if (table >= frames) return packFault(accessFault(access), steps - 1);
    const at = table * 1024 + tableIndex(level, low, high) * 2;
    const entry = u32[at] as number;
    if (!isWellFormed(entry, u32[at + 1] as number)) return packFault(pageFault(access), steps);
    if (u32[at + 1] !== 0) return packFault(accessFault(access), steps);
    if ((entry & LEAF_BITS) !== 0) return leaf(u32, frames, at, level, low, access, steps);
    table = entry >>> PageEntry.frameShift;
  }
  return packFault(pageFault(access), TABLE_LEVELS);
}

function isWellFormed(entry: number, entryHigh: number): boolean {
  if ((entry & PageEntry.valid) === 0 || (entryHigh & HIGH_RESERVED) !== 0) return false;
  return (entry & (PageEntry.read | PageEntry.write)) !== PageEntry.write;
}

/** Checks a leaf, sets its A and D, and gives the page's frame. */
function leaf(
  u32: Uint32Array,
  frames: number,
  at: number,
  level: number,
  low: number,
  access: AccessKind,
  steps: number,
): number {
  let entry = u32[at] as number;
  const needed = PageEntry.user | (ENTRY_NEEDED[access] as number);
  if ((entry & needed) !== needed) return packFault(pageFault(access), steps);
  const inside = 2 ** (TABLE_SHIFT * level) - 1;
  const first = entry >>> PageEntry.frameShift;
  if ((first & inside) !== 0) return packFault(pageFault(access), steps);
  const frame = first + ((low >>> 12) & inside);
  if (frame >= frames) return packFault(accessFault(access), steps);
  entry |= access === Access.write ? PageEntry.accessed | PageEntry.dirty : PageEntry.accessed;
  if (entry >>> 0 !== u32[at]) u32[at] = entry;
  return packTranslation(frame, entryRights(entry), steps);
}

/** A clean page's translation does not allow stores, so that the first store walks again and sets D. */
function entryRights(entry: number): number {
  let rights = 0;
  if ((entry & PageEntry.read) !== 0) rights |= Right.read;
  if ((entry & PageEntry.write) !== 0 && (entry & PageEntry.dirty) !== 0) rights |= Right.write;
  if ((entry & PageEntry.execute) !== 0) rights |= Right.execute;
  return rights;
}
