/** Writes decoded instructions into slots: which handler, and the operands as the handler reads them. */

import { type Decoded, decode, isCompressed } from '../isa/decoder.ts';
import { FRAME_SIZE, Slot } from '../layout.ts';
import { type HandlerCatalogue, SpecialHandler } from './handlers.ts';
import { factsOf } from './instruction-facts.ts';
import type { MemoryViews } from './memory-views.ts';

/** The integer register number whose writes are discarded. */
const DISCARD = 32;
const REGISTER_SIZE_SHIFT = 3;

/** What has been written into a slot, as a number: its handler in the lower half, which a store of a halfword takes, and what follows. */
const HANDLER_MASK = 0xffff;
const ENDS = 1 << 16;
const ACCESSES = 1 << 17;
const JUMPS = 1 << 18;

export const handlerOf = (written: number): number => written & HANDLER_MASK;
export const endsLine = (written: number): boolean => (written & ENDS) !== 0;
/** Accesses to data. */
export const accessesOf = (written: number): 0 | 1 => ((written & ACCESSES) === 0 ? 0 : 1);

const ILLEGAL = SpecialHandler.illegal | ENDS;

/**
 * Words of what is known of an instruction word: the word; what is written where it is in a slot by itself, in one of a page, and in one
 * of a page that the target is on too; the slot's word that holds rd and rs1, and the halfword of rs2; the immediate, with rs3 in its upper half
 * where there is one.
 */
const Known = { word: 0, alone: 1, onPage: 2, near: 3, first: 4, second: 5, immediate: 6, size: 8 } as const;
/** Instruction words that are known at a time, a power of two. */
const MOST_KNOWN_BITS = 14;
/** Spreads words over places: 2^32 divided by the golden ratio (Knuth, volume 3, section 6.4). */
const SPREAD = 0x9e3779b1;

const pair = (low: number, high: number): number =>
  (low << REGISTER_SIZE_SHIFT) | (high << (REGISTER_SIZE_SHIFT + 16));

export class SlotWriter {
  private readonly views: MemoryViews;
  private readonly catalogue: HandlerCatalogue;
  // cache: what words have been decoded to
  private readonly known = new Int32Array(Known.size << MOST_KNOWN_BITS);

  constructor(views: MemoryViews, catalogue: HandlerCatalogue) {
    this.views = views;
    this.catalogue = catalogue;
  }

  /**
   * Decodes a word into a slot.
   * @param pageOffset offset of the instruction in its page if the slot is there too, so that near targets can be used;
   *   -1 for a slot by itself
   * @returns what handlerOf and the others tell
   */
  write(slot: number, word: number, pageOffset: number): number {
    const { known } = this;
    const { halfwords, words } = this.views;
    const place = this.placeOf(isCompressed(word) ? word & 0xffff : word | 0);
    const alone = known[place + Known.alone] as number;
    if (alone === ILLEGAL) {
      halfwords[(slot + Slot.handler) >>> 1] = SpecialHandler.illegal;
      return ILLEGAL;
    }
    const immediate = known[place + Known.immediate] as number;
    const near = (alone & JUMPS) !== 0 && pageOffset >= 0 && staysOnPage(pageOffset, immediate);
    const written = near
      ? (known[place + Known.near] as number)
      : pageOffset >= 0
        ? (known[place + Known.onPage] as number)
        : alone;
    halfwords[(slot + Slot.handler) >>> 1] = written;
    words[(slot + Slot.rd) >>> 2] = known[place + Known.first] as number;
    halfwords[(slot + Slot.rs2) >>> 1] = known[place + Known.second] as number;
    words[(slot + Slot.immediate) >>> 2] = near ? immediate << Slot.codeShift : immediate;
    return written;
  }

  /** Where the word is known. */
  private placeOf(word: number): number {
    const { known } = this;
    const place = (Math.imul(word, SPREAD) >>> (32 - MOST_KNOWN_BITS)) * Known.size;
    // Nothing is written as 0: then the place is empty.
    if (known[place + Known.word] === word && known[place + Known.alone] !== 0) return place;
    known[place + Known.word] = word;
    const decoded = decode(word);
    if (decoded === undefined) known[place + Known.alone] = ILLEGAL;
    else this.learn(place, decoded);
    return place;
  }

  private learn(place: number, decoded: Decoded): void {
    const { known, catalogue } = this;
    const { definition, length, rd, rs1, rs2, rs3, immediate, rounding } = decoded;
    const facts = factsOf(definition);
    const rest =
      (facts.endsStraightLine ? ENDS : 0) | (facts.accessesData ? ACCESSES : 0) | (facts.jumps ? JUMPS : 0);
    const alone = catalogue.indexOf(definition, length, false) | rest;
    const idle = (length === 2 ? SpecialHandler.nop2 : SpecialHandler.nop4) | rest;
    const discards = rd === 0 && facts.writesInteger;
    known[place + Known.alone] = alone;
    known[place + Known.onPage] = rd === 0 && facts.onlyWritesRegister ? idle : alone;
    known[place + Known.near] = facts.jumps ? catalogue.indexOf(definition, length, true) | rest : alone;
    known[place + Known.first] = pair(discards ? DISCARD : rd, rs1);
    known[place + Known.second] = rs2 << REGISTER_SIZE_SHIFT;
    known[place + Known.immediate] = 'rounding' in definition.format ? rounding | pair(0, rs3) : immediate;
  }
}

function staysOnPage(pageOffset: number, distance: number): boolean {
  const target = pageOffset + distance;
  return target >= 0 && target < FRAME_SIZE;
}
