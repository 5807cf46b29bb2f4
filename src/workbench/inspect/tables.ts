/** Page tables of Sv48 as they lie in memory: how many there are, and which pages are present with which rights. */
import { TranslationKind } from '../../contracts/machine.ts';
import { LEAF_BITS, PageEntry, TABLE_ENTRIES, TABLE_LEVELS } from '../../contracts/page-table.ts';
import {
  type FrameNumber,
  PAGE_SIZE,
  type PhysicalAddress,
  type VirtualAddress,
} from '../../contracts/units.ts';
import { AddressSpace } from '../../kernel/objects.ts';
import { Damage, hexadecimal, type Look } from './look.ts';

const ENTRY_BYTES = 8;

/** Bytes that one entry of a table of a level covers; level 0 holds pages. */
const spanOf = (level: number): number => PAGE_SIZE * TABLE_ENTRIES ** level;

/** One page that is present. */
export interface PresentPage {
  readonly address: VirtualAddress;
  readonly frame: FrameNumber;
  /** PageEntry bits. */
  readonly bits: number;
}

function entryAt(look: Look, table: FrameNumber, index: number): number {
  const at = table * PAGE_SIZE + index * ENTRY_BYTES;
  const entry = look.word(at);
  if (entry !== 0 && look.word(at + 4) !== 0)
    throw new Damage(`the table entry at ${hexadecimal(at)} names a frame that no memory has`);
  return entry;
}

/** The physical address behind a virtual one, or undefined when its page is not present. */
export function physicalAddress(
  look: Look,
  space: PhysicalAddress,
  address: VirtualAddress,
): PhysicalAddress | undefined {
  if (space === 0 || !(address >= 0 && address < 2 ** 47)) return undefined;
  const { kind, root } = look.view(AddressSpace, space);
  if (kind === TranslationKind.physical) return address < look.size ? address : undefined;
  let table = root;
  for (let level = TABLE_LEVELS - 1; level >= 0; level--) {
    const entry = entryAt(look, table, Math.floor(address / spanOf(level)) % TABLE_ENTRIES);
    if ((entry & PageEntry.valid) === 0) return undefined;
    const frame = entry >>> PageEntry.frameShift;
    if ((entry & LEAF_BITS) !== 0) {
      const at = frame * PAGE_SIZE + (address % spanOf(level));
      look.check(at, 2, 'page of a program');
      return at;
    }
    table = frame;
  }
  return undefined;
}

/** What is counted while tables are walked: those of each level, and all, because none can be met twice. */
export interface TableCounts {
  readonly levels: number[];
  readonly seen: Set<FrameNumber>;
}

/** Every page that a table and those below it name, in order. */
export function* presentPages(
  look: Look,
  table: FrameNumber,
  counts: TableCounts,
  level = TABLE_LEVELS - 1,
  start = 0,
): Generator<PresentPage> {
  look.check(table * PAGE_SIZE, PAGE_SIZE, 'page table');
  if (counts.seen.has(table)) throw new Damage(`the page table in frame ${table} is met twice`);
  counts.seen.add(table);
  counts.levels[level] = (counts.levels[level] ?? 0) + 1;
  for (let index = 0; index < TABLE_ENTRIES; index++) {
    const entry = entryAt(look, table, index);
    if (entry === 0) continue;
    const address = start + index * spanOf(level);
    const frame = entry >>> PageEntry.frameShift;
    // An entry that allows nothing is not valid for the machine, and still names its page.
    if (level === 0 || (entry & LEAF_BITS) !== 0) yield { address, frame, bits: entry };
    else if ((entry & PageEntry.valid) !== 0) yield* presentPages(look, frame, counts, level - 1, address);
  }
}
