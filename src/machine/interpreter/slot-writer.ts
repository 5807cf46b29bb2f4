/** Writes decoded instructions into slots: which handler, and the operands as the handler reads them. */

import { type Decoded, decode } from '../isa/decoder.ts';
import { type Definition, endsStraightLine, onlyWritesRegister } from '../isa/definition.ts';
import { FRAME_SIZE, Slot } from '../layout.ts';
import { accessesData, contains, type HandlerCatalogue, SpecialHandler, writesInteger } from './handlers.ts';
import type { MemoryViews } from './memory-views.ts';

/** The integer register number whose writes are discarded. */
const DISCARD = 32;
const REGISTER_SIZE_SHIFT = 3;

/** What the writer needs to know of a definition. */
interface Traits {
  readonly readsThree: boolean;
  readonly accesses: 0 | 1;
  readonly writesInteger: boolean;
  readonly onlyWritesRegister: boolean;
  readonly jumpsByImmediate: boolean;
  readonly endsStraightLine: boolean;
}

const traitsOf = (definition: Definition): Traits => ({
  readsThree: 'rs3' in definition.format,
  accesses: accessesData(definition) ? 1 : 0,
  writesInteger: writesInteger(definition),
  onlyWritesRegister: onlyWritesRegister(definition),
  jumpsByImmediate: contains(definition, ['jump', 'branch']),
  endsStraightLine: endsStraightLine(definition),
});

export interface WrittenSlot {
  readonly handler: number;
  readonly length: 2 | 4;
  readonly endsStraightLine: boolean;
  /** Accesses to data. */
  readonly accesses: 0 | 1;
}

const ILLEGAL: WrittenSlot = {
  handler: SpecialHandler.illegal,
  length: 2,
  endsStraightLine: true,
  accesses: 0,
};

export class SlotWriter {
  private readonly views: MemoryViews;
  private readonly catalogue: HandlerCatalogue;
  private readonly traits: ReadonlyMap<Definition, Traits>;

  constructor(views: MemoryViews, catalogue: HandlerCatalogue) {
    this.views = views;
    this.catalogue = catalogue;
    this.traits = new Map(catalogue.singles.map(({ definition }) => [definition, traitsOf(definition)]));
  }

  /**
   * Decodes a word into a slot.
   * @param pageOffset offset of the instruction in its page if the slot is there too, so that near targets can be used;
   *   -1 for a slot by itself
   */
  write(slot: number, word: number, pageOffset: number): WrittenSlot {
    const decoded = decode(word);
    if (decoded === undefined) {
      this.views.setU16(slot + Slot.handler, SpecialHandler.illegal);
      return ILLEGAL;
    }
    const traits = this.traits.get(decoded.definition) as Traits;
    const near = pageOffset >= 0 && traits.jumpsByImmediate && staysOnPage(pageOffset, decoded.immediate);
    const handler = this.handlerOf(decoded, traits, near, pageOffset >= 0);
    const discards = traits.writesInteger && decoded.rd === 0;
    this.views.setU16(slot + Slot.handler, handler);
    this.views.setU16(slot + Slot.rd, (discards ? DISCARD : decoded.rd) << REGISTER_SIZE_SHIFT);
    this.views.setU16(slot + Slot.rs1, decoded.rs1 << REGISTER_SIZE_SHIFT);
    this.views.setU16(slot + Slot.rs2, decoded.rs2 << REGISTER_SIZE_SHIFT);
    this.views.setU32(slot + Slot.immediate, immediateOf(decoded, near));
    if (traits.readsThree) this.views.setU16(slot + Slot.rs3, decoded.rs3 << REGISTER_SIZE_SHIFT);
    return {
      handler,
      length: decoded.length,
      endsStraightLine: traits.endsStraightLine,
      accesses: traits.accesses,
    };
  }

  private handlerOf(decoded: Decoded, traits: Traits, near: boolean, onPage: boolean): number {
    const { definition, length, rd } = decoded;
    if (onPage && traits.onlyWritesRegister && rd === 0) {
      return length === 2 ? SpecialHandler.nop2 : SpecialHandler.nop4;
    }
    return this.catalogue.indexOf({ definition, length, near });
  }
}

function staysOnPage(pageOffset: number, distance: number): boolean {
  const target = pageOffset + distance;
  return target >= 0 && target < FRAME_SIZE;
}

function immediateOf({ definition, immediate, rounding }: Decoded, near: boolean): number {
  if ('rounding' in definition.format) return rounding;
  return near ? immediate << Slot.codeShift : immediate;
}
