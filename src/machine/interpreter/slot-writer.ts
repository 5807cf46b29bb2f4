/** Writes decoded instructions into slots: which handler, and the operands as the handler reads them. */

import { type Decoded, decode, isCompressed } from '../isa/decoder.ts';
import { endsStraightLine, onlyWritesRegister } from '../isa/definition.ts';
import { FRAME_SIZE, Slot } from '../layout.ts';
import { accessesData, contains, type HandlerCatalogue, SpecialHandler, writesInteger } from './handlers.ts';
import type { MemoryViews } from './memory-views.ts';

/** The integer register number whose writes are discarded. */
const DISCARD = 32;
const REGISTER_SIZE_SHIFT = 3;

export interface WrittenSlot {
  readonly handler: number;
  readonly length: 2 | 4;
  readonly endsStraightLine: boolean;
  /** Accesses to data. */
  readonly accesses: 0 | 1;
}

/** A word as it is written into slots, wherever they are. */
interface Prepared {
  /** The slot's word that holds rd and rs1, and the halfword of rs2. */
  readonly first: number;
  readonly second: number;
  /** With rs3 in its upper half, where there is one. */
  readonly immediate: number;
  /** Does it jump by its immediate? */
  readonly jumps: boolean;
  /** In a slot by itself; in one of a page; in one of a page that the target is on too. */
  readonly alone: WrittenSlot;
  readonly onPage: WrittenSlot;
  readonly near: WrittenSlot;
}

const ILLEGAL: WrittenSlot = {
  handler: SpecialHandler.illegal,
  length: 2,
  endsStraightLine: true,
  accesses: 0,
};
/** Words that are known at a time. */
const MOST_PREPARED = 1 << 16;

const pair = (low: number, high: number): number =>
  (low << REGISTER_SIZE_SHIFT) | (high << (REGISTER_SIZE_SHIFT + 16));

export class SlotWriter {
  private readonly views: MemoryViews;
  private readonly catalogue: HandlerCatalogue;
  // cache: what words have been decoded to; undefined for illegal ones
  private readonly prepared = new Map<number, Prepared | undefined>();

  constructor(views: MemoryViews, catalogue: HandlerCatalogue) {
    this.views = views;
    this.catalogue = catalogue;
  }

  /**
   * Decodes a word into a slot.
   * @param pageOffset offset of the instruction in its page if the slot is there too, so that near targets can be used;
   *   -1 for a slot by itself
   */
  write(slot: number, word: number, pageOffset: number): WrittenSlot {
    const prepared = this.preparedFor(isCompressed(word) ? word & 0xffff : word | 0);
    if (prepared === undefined) {
      this.views.setU16(slot + Slot.handler, SpecialHandler.illegal);
      return ILLEGAL;
    }
    const { immediate, jumps } = prepared;
    const near = pageOffset >= 0 && jumps && staysOnPage(pageOffset, immediate);
    const written = near ? prepared.near : pageOffset >= 0 ? prepared.onPage : prepared.alone;
    this.views.setU16(slot + Slot.handler, written.handler);
    this.views.setU32(slot + Slot.rd, prepared.first);
    this.views.setU16(slot + Slot.rs2, prepared.second);
    this.views.setU32(slot + Slot.immediate, near ? immediate << Slot.codeShift : immediate);
    return written;
  }

  private preparedFor(word: number): Prepared | undefined {
    const known = this.prepared.get(word);
    if (known !== undefined || this.prepared.has(word)) return known;
    if (this.prepared.size >= MOST_PREPARED) this.prepared.clear();
    const decoded = decode(word);
    const prepared = decoded && this.prepare(decoded);
    this.prepared.set(word, prepared);
    return prepared;
  }

  private prepare(decoded: Decoded): Prepared {
    const { definition, length, rd, rs1, rs2, rs3, immediate, rounding } = decoded;
    const jumps = contains(definition, ['jump', 'branch']);
    const written = (handler: number): WrittenSlot => ({
      handler,
      length,
      endsStraightLine: endsStraightLine(definition),
      accesses: accessesData(definition) ? 1 : 0,
    });
    const alone = written(this.catalogue.indexOf({ definition, length, near: false }));
    const isIdle = rd === 0 && onlyWritesRegister(definition);
    const discards = rd === 0 && writesInteger(definition);
    return {
      first: pair(discards ? DISCARD : rd, rs1),
      second: rs2 << REGISTER_SIZE_SHIFT,
      immediate: 'rounding' in definition.format ? rounding | pair(0, rs3) : immediate,
      jumps,
      alone,
      onPage: isIdle ? written(length === 2 ? SpecialHandler.nop2 : SpecialHandler.nop4) : alone,
      near: jumps ? written(this.catalogue.indexOf({ definition, length, near: true })) : alone,
    };
  }
}

function staysOnPage(pageOffset: number, distance: number): boolean {
  const target = pageOffset + distance;
  return target >= 0 && target < FRAME_SIZE;
}
