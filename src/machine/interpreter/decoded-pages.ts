/**
 * The decoded-instruction cache: a bounded pool of decoded pages, each for one physical frame, and the directory that
 * says per frame which one (its number plus 1, or 0) and whether some write table may lead there without the slow mark.
 */

import { isCompressed } from '../isa/decoder.ts';
import { DecodedPage, FRAME_SHIFT, FRAME_SIZE, HartBlock, type Layout, Slot } from '../layout.ts';
import { type HandlerCatalogue, SpecialHandler } from './handlers.ts';
import type { MemoryViews } from './memory-views.ts';
import { accessesOf, endsLine, type SlotWriter } from './slot-writer.ts';
import type { TranslationCache } from './translation-cache.ts';

/** Of a frame in the directory: some write table may lead there without the slow mark. Alone, it has no code. */
export const WRITABLE = 0x80000000;
/** Of the directory's words: the number of the decoded page, plus 1. */
export const CODE_PAGE_NUMBER = 0x7fffffff;
/** In the owner table: the page has been entered since eviction last looked at it. */
export const CODE_REFERENCED = 0x80000000;
const LAST_HALFWORD = FRAME_SIZE - 2;
/** Both lowest bits: the instruction is longer than a halfword. */
const LONG = 3;
/** Places in a slot, in halfwords. */
const HalfSlot = { handler: Slot.handler / 2, run: Slot.run / 2, accesses: Slot.accesses / 2 } as const;

/** Who keeps code made from decoded pages, and must know when it changes. Frames are offsets in memory. */
export interface CodeKeeper {
  hasCode(frame: number): boolean;
  /** Bytes of a frame have been written. */
  written(frame: number, offset: number, size: number): void;
  /** Slots have been decoded, from one offset of a frame to another. */
  decodedAgain(frame: number, first: number, last: number): void;
}

const NO_KEEPER: CodeKeeper = {
  hasCode: () => false,
  written: () => undefined,
  decodedAgain: () => undefined,
};

export class DecodedPages {
  // wiring: set once when the engine is built
  private keeper: CodeKeeper = NO_KEEPER;
  private readonly views: MemoryViews;
  private readonly layout: Layout;
  private readonly translations: TranslationCache;
  private readonly writer: SlotWriter;
  private readonly catalogue: HandlerCatalogue;
  // cache: the slots, in halfwords, of the straight line that is being decoded; of no meaning between two
  private readonly line = new Uint32Array(DecodedPage.slots);

  constructor(
    views: MemoryViews,
    layout: Layout,
    translations: TranslationCache,
    writer: SlotWriter,
    catalogue: HandlerCatalogue,
  ) {
    this.views = views;
    this.layout = layout;
    this.translations = translations;
    this.writer = writer;
    this.catalogue = catalogue;
  }

  keptBy(keeper: CodeKeeper): void {
    this.keeper = keeper;
  }

  private directory(frame: number): number {
    return this.layout.directoryBase + frame * 4;
  }

  private frameAt(place: number): number {
    return (place - this.layout.ramBase) >>> FRAME_SHIFT;
  }

  private owner(page: number): number {
    return this.layout.decodedOwnerBase + page * 4;
  }

  private slotsOfPage(page: number): number {
    return this.layout.decodedBase + page * DecodedPage.size;
  }

  /** The slots of a frame that has decoded code, else 0. */
  private existingSlots(frame: number): number {
    const page = this.views.u32(this.directory(frame)) & CODE_PAGE_NUMBER;
    return page === 0 ? 0 : this.slotsOfPage(page - 1);
  }

  /** The slots of a frame, given by its offset in memory; a page is found for it if it has none. */
  slotsFor(frameOffset: number): number {
    const frame = this.frameAt(frameOffset);
    const page = this.views.u32(this.directory(frame)) & CODE_PAGE_NUMBER;
    if (page === 0) return this.assign(this.findFree(), frame);
    const owner = this.owner(page - 1);
    this.views.setU32(owner, this.views.u32(owner) | CODE_REFERENCED);
    return this.slotsOfPage(page - 1);
  }

  /** The clock algorithm: a page entered since the hand last passed gets a second chance. */
  private findFree(): number {
    for (;;) {
      const page = this.views.u32(HartBlock.evictionHand) % this.layout.decodedPages;
      this.views.setU32(HartBlock.evictionHand, page + 1);
      const owner = this.views.u32(this.owner(page));
      if (owner === 0) return page;
      if (owner < CODE_REFERENCED) {
        this.release(owner - 1);
        return page;
      }
      this.views.setU32(this.owner(page), owner - CODE_REFERENCED);
    }
  }

  private assign(page: number, frame: number): number {
    const slots = this.slotsOfPage(page);
    this.views.setU32(this.owner(page), (frame + 1) | CODE_REFERENCED);
    this.reset(slots);
    for (let guard = 0; guard < DecodedPage.guardSlots; guard += 1) {
      const slot = slots + (DecodedPage.slots + guard) * Slot.size;
      this.views.setU16(slot + Slot.handler, SpecialHandler.pageEnd);
      this.views.setU16(slot + Slot.run, 0);
    }
    const known = this.views.u32(this.directory(frame));
    if (known >= WRITABLE) this.translations.markAllWrites(this.layout.ramBase + frame * FRAME_SIZE);
    this.views.setU32(this.directory(frame), page + 1);
    return slots;
  }

  /** Forgets what was decoded; the slots stay where they are. */
  private reset(slots: number): void {
    this.views.bytes.fill(0, slots, slots + DecodedPage.slots * Slot.size);
  }

  /** The kernel has written to a frame or freed it: gives its decoded page back. */
  release(frame: number): void {
    const page = this.views.u32(this.directory(frame)) & CODE_PAGE_NUMBER;
    if (page === 0) return;
    this.translations.dropExecution(this.slotsOfPage(page - 1));
    this.views.setU32(this.owner(page - 1), 0);
    this.views.setU32(this.directory(frame), 0);
  }

  /** Forgets everything, whatever the records hold. The translation cache must be emptied too. */
  clear(): void {
    this.views.bytes.fill(0, this.layout.directoryBase, this.layout.decodedBase);
  }

  /**
   * Whether stores to a frame must be looked at. If not, the caller may let them pass unseen until the frame is given a
   * decoded page.
   */
  watchesWrites(frameOffset: number): boolean {
    const directory = this.directory(this.frameAt(frameOffset));
    const known = this.views.u32(directory);
    if ((known & CODE_PAGE_NUMBER) !== 0 || this.keeper.hasCode(frameOffset)) return true;
    this.views.setU32(directory, (known | WRITABLE) >>> 0);
    return false;
  }

  /** Bytes on one page have been written. Returns whether code that was decoded has changed. */
  written(place: number, size: number): boolean {
    const slots = this.existingSlots(this.frameAt(place));
    const offset = place % FRAME_SIZE;
    this.keeper.written(place - offset, offset, size);
    if (slots === 0) return false;
    // An instruction of four bytes that starts one halfword before is changed too.
    const first = Math.max(0, (offset >> 1) - 1);
    for (let index = first; index * 2 < offset + size; index += 1) {
      if (this.views.u16(slots + index * Slot.size + Slot.handler) !== SpecialHandler.undecoded) {
        this.reset(slots);
        return true;
      }
    }
    return false;
  }

  /** Decodes the straight line that starts at an offset in a page, up to its end or to what is decoded already. */
  decodeStraightLine(slots: number, frameOffset: number, pageOffset: number): void {
    const { line, writer } = this;
    const { halfwords } = this.views;
    let count = 0;
    let following = 0;
    let accesses = 0;
    for (let at = pageOffset; at < FRAME_SIZE; ) {
      const slot = slots + (at << Slot.codeShift);
      const halfSlot = slot >>> 1;
      if (halfwords[halfSlot + HalfSlot.handler] !== SpecialHandler.undecoded) {
        following = halfwords[halfSlot + HalfSlot.run] as number;
        accesses = halfwords[halfSlot + HalfSlot.accesses] as number;
        break;
      }
      const place = (frameOffset + at) >>> 1;
      const half = halfwords[place] as number;
      const isShort = (half & LONG) !== LONG;
      if (at === LAST_HALFWORD && !isShort) {
        halfwords[halfSlot + HalfSlot.handler] = SpecialHandler.step;
        halfwords[halfSlot + HalfSlot.run] = 0;
        break;
      }
      const word = isShort ? half : half | ((halfwords[place + 1] as number) << 16);
      const written = writer.write(slot, word, at);
      halfwords[halfSlot + HalfSlot.accesses] = accessesOf(written);
      line[count++] = halfSlot;
      if (endsLine(written)) break;
      at += isShort ? 2 : 4;
    }
    if (count === 0) return;
    const last = (line[count - 1] as number) * 2;
    this.finishStraightLine(count, following, accesses);
    this.keeper.decodedAgain(frameOffset, pageOffset, (last - slots) >> Slot.codeShift);
  }

  /** Has the instruction at an offset of a frame been decoded? */
  isDecoded(frameOffset: number, offset: number): boolean {
    const slots = this.existingSlots(this.frameAt(frameOffset));
    return slots !== 0 && this.views.u16(slots + (offset << Slot.codeShift)) !== SpecialHandler.undecoded;
  }

  /** Lets a decoded instruction lead to translated code instead. */
  mark(frameOffset: number, offset: number, index: number): void {
    const slots = this.existingSlots(this.frameAt(frameOffset));
    const slot = slots + (offset << Slot.codeShift);
    if (slots === 0) return;
    const handler = this.views.u16(slot + Slot.handler);
    if (handler === SpecialHandler.undecoded || handler === SpecialHandler.step) return;
    this.views.setU16(slot + Slot.handler, SpecialHandler.translated);
    this.views.setU32(slot + Slot.immediate, index);
    for (const length of [2, 4]) if (offset >= length) this.part(slot - (length << Slot.codeShift), length);
  }

  /** A pair whose second instruction is not to be executed with the first becomes the first alone. */
  private part(slot: number, length: number): void {
    const first = this.catalogue.firstOf(this.views.u16(slot + Slot.handler));
    if (first?.length === length) this.views.setU16(slot + Slot.handler, this.catalogue.indexOfSingle(first));
  }

  /** Decodes an instruction again that led to translated code. */
  unmark(frameOffset: number, offset: number): void {
    const slots = this.existingSlots(this.frameAt(frameOffset));
    const slot = slots + (offset << Slot.codeShift);
    if (slots === 0 || this.views.u16(slot + Slot.handler) !== SpecialHandler.translated) return;
    const half = this.views.u16(frameOffset + offset);
    const word = isCompressed(half) ? half : half | (this.views.u16(frameOffset + offset + 2) << 16);
    this.writer.write(slot, word, offset);
  }

  /** Counts, from the end of a line on, what follows each slot, and joins pairs. */
  private finishStraightLine(count: number, following: number, accesses: number): void {
    const { line, catalogue } = this;
    const { halfwords } = this.views;
    let next = 0;
    let accessesSoFar = accesses;
    for (let index = count - 1; index >= 0; index -= 1) {
      const slot = line[index] as number;
      accessesSoFar += halfwords[slot + HalfSlot.accesses] as number;
      halfwords[slot + HalfSlot.accesses] = accessesSoFar;
      halfwords[slot + HalfSlot.run] = following + count - index;
      const handler = halfwords[slot + HalfSlot.handler] as number;
      const joined = next === 0 ? 0 : catalogue.indexOfPair(handler, next);
      if (joined !== 0) halfwords[slot + HalfSlot.handler] = joined;
      next = handler;
    }
  }
}
