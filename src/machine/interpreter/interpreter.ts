/**
 * The interpreter: runs the hart in the hart block until its budget is spent or it needs the machine.
 *
 * Two generated engines do the work (fast-engine.ts, careful-engine.ts) under a driver (driver.ts); this class does
 * what they cannot. The order of things is
 * exact and does not depend on what is cached:
 * - An instruction is attempted only if the budget covers its price.
 * - The translation of an instruction's page is asked for when a run starts and when control enters another page.
 * - Cycles charged by a translation are taken off the budget before the instruction; if it is not covered any more,
 *   the run ends there with `remaining` as it is, possibly negative.
 * - instructions retired = (budget - remaining - charged by the host) / price.
 */

import { isCompressed } from '../isa/decoder.ts';
import { TrapCause } from '../isa/trap-causes.ts';
import { FRAME_SIZE, HartBlock, type Layout, Slot, Workspace } from '../layout.ts';
import { refillOptions } from '../refill/refill-plan.ts';
import { exitCounts } from '../translator/exit-causes.ts';
import { regionOptions } from '../translator/region-options.ts';
import { RegionTable } from '../translator/region-table.ts';
import type { TranslatorFigures } from '../translator/translated.ts';
import { Translator } from '../translator/translator.ts';
import { NO_PAGE } from './current-page.ts';
import { DecodedPages } from './decoded-pages.ts';
import { RunExit, type RunExitCode, Stop, type StopCode } from './exits.ts';
import type { GeneratedEngines } from './generate.ts';
import { HandlerCatalogue, SpecialHandler, USUAL_CATALOGUE } from './handlers.ts';
import { Access, type AccessKind, type InterpreterHost } from './host.ts';
import { eagernessOf, type InterpreterOptions } from './interpreter-options.ts';
import { enginesFor } from './kept-engines.ts';
import { isCanonical, MemoryViews, nextPage } from './memory-views.ts';
import { handlerOf, SlotWriter } from './slot-writer.ts';
import { TranslationCache } from './translation-cache.ts';

const PAGE_FAULT: Record<AccessKind, number> = {
  [Access.read]: TrapCause.loadPageFault,
  [Access.write]: TrapCause.storePageFault,
  [Access.execute]: TrapCause.instructionPageFault,
};
const PAGE_MASK = -FRAME_SIZE;
const LONGEST_BUDGET = 2 ** 31 - 1;
const LAST_TRANSLATED_HALF = 0x7fff;
/** Results of `translate` that are not places. */
const TRAPPED = -1;

export class Interpreter {
  private readonly views: MemoryViews;
  private readonly host: InterpreterHost;
  private readonly price: number;
  private readonly translations: TranslationCache;
  private readonly writer: SlotWriter;
  private readonly decoded: DecodedPages;
  private readonly engines: GeneratedEngines;
  private readonly constants: readonly bigint[];
  private readonly translator: Translator | undefined;
  private readonly sampleDistance: number;
  private readonly samplesAlways: boolean;
  /** What counted exits are told by, if they are counted. */
  private readonly counted: HandlerCatalogue | undefined;

  constructor(
    memory: WebAssembly.Memory,
    layout: Layout,
    host: InterpreterHost,
    options: InterpreterOptions,
  ) {
    const { fusedPairs } = options;
    const catalogue = fusedPairs === undefined ? USUAL_CATALOGUE : new HandlerCatalogue(fusedPairs);
    this.views = new MemoryViews(memory);
    this.host = host;
    this.price = options.instructionPrice;
    this.translations = new TranslationCache(this.views, layout);
    this.writer = new SlotWriter(this.views, catalogue);
    this.decoded = new DecodedPages(this.views, layout, this.translations, this.writer, catalogue);
    const generation = {
      instructionPrice: options.instructionPrice,
      countDataAccesses: options.countDataAccesses ?? false,
      ramBase: layout.ramBase,
      memoryPages: layout.memoryPages,
    };
    const regions = new RegionTable(memory, layout.memoryPages);
    const eagerness = eagernessOf(options);
    const countExits = eagerness?.countExits ?? false;
    this.counted = countExits ? catalogue : undefined;
    const refill = options.refill && refillOptions(options.refill, layout, options.instructionPrice);
    const engines = { ...generation, countExits, refill };
    const store = fusedPairs === undefined ? options.engines : undefined;
    const { bytes, constants } = enginesFor(catalogue, engines, store);
    this.constants = constants;
    this.engines = this.instantiate(memory, regions.forEngines, bytes);
    const { views, translations, decoded } = this;
    this.translator =
      eagerness &&
      new Translator({
        views,
        layout,
        translations,
        decoded,
        options: regionOptions({ ...generation, refills: options.refill !== undefined }),
        regions,
        imports: { ...this.engines, memory },
        eagerness,
        store: fusedPairs === undefined ? options.translations : undefined,
      });
    if (this.translator !== undefined) decoded.keptBy(this.translator);
    this.samplesAlways = eagerness?.always ?? false;
    this.sampleDistance = eagerness ? eagerness.distance * options.instructionPrice : LONGEST_BUDGET;
    this.dropCaches();
    this.selectSet(0);
  }

  /** Copies the hart's registers to a saved context, given by its offset in memory. */
  get saveContext(): (to: number) => void {
    return this.engines.saveContext;
  }

  /** Keeps what was translated for later runs. */
  keepTranslations(): void {
    this.translator?.keep();
  }

  /** What the translator has done; undefined when there is none. */
  get translatorFigures(): TranslatorFigures | undefined {
    const figures = this.translator?.figures;
    if (figures === undefined || this.counted === undefined) return figures;
    return { ...figures, exits: exitCounts(this.views, this.counted) };
  }

  /** What the translator would make of the region of an address, as text; undefined when it makes nothing. */
  describeRegion(address: number): string | undefined {
    return this.translator?.describe(address);
  }

  private instantiate(
    memory: WebAssembly.Memory,
    regions: WebAssembly.Table,
    bytes: Uint8Array<ArrayBuffer>,
  ): GeneratedEngines {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      machine: {
        memory,
        regions,
        locate: (low: number, high: number, size: number, access: AccessKind) =>
          this.locate(low, high, size, access),
        stored: () => this.stored(),
        floatOperation: (operation: number, a: bigint, b: bigint, c: bigint, rounding: number) =>
          this.host.floatOperation(operation, a, b, c, rounding),
      },
    });
    return instance.exports as unknown as GeneratedEngines;
  }

  /** Uses another translation set from the next run on. */
  selectSet(index: number): void {
    const set = this.translations.used(index);
    this.views.setU32(HartBlock.translationSet, set);
    this.views.setU32(HartBlock.flatTables, this.translations.flatOffset(set));
  }

  /** Forgets the translations of a set. */
  flushSet(index: number): void {
    this.translations.flushSet(index);
  }

  /** Forgets the translations of one page in a set. */
  flushPage(set: number, addressLow: number, addressHigh: number): void {
    this.translations.flushPage(set, addressLow, addressHigh);
  }

  /** The contents of a frame have changed other than by guest stores, or it was freed. */
  invalidateFrame(frame: number): void {
    this.decoded.release(frame);
    this.translator?.changed(frame);
  }

  /** Forgets everything that is cached; what the engine area of the memory holds does not matter. */
  dropCaches(): void {
    this.views.setPatterns(Workspace.constants, this.constants);
    this.decoded.clear();
    this.translations.flushAll();
    this.translator?.clear();
    this.resetSample();
  }

  private resetSample(): void {
    this.views.setU64(HartBlock.lastLeft, 0, 0);
    this.views.setU32(HartBlock.untilSample, this.sampleDistance);
  }

  private get remaining(): number {
    return this.views.i32(HartBlock.remaining);
  }

  private set remaining(cycles: number) {
    this.views.setU32(HartBlock.remaining, cycles);
  }

  /**
   * Executes from the hart block's pc until something ends the run.
   * @param budget cycles, 0 <= budget < 2^31
   */
  run(budget: number): RunExitCode {
    this.remaining = budget;
    this.views.setU64(HartBlock.currentPage, NO_PAGE, 0);
    if (this.translator === undefined) this.resetSample();
    // Mostly the page of pc is cached. Otherwise nothing has been done.
    const isQuick = budget >= this.price && !this.samplesAlways;
    const stop: StopCode = isQuick ? this.stopped(this.engines.start(budget)) : Stop.done;
    return this.goOn(stop);
  }

  /** The same from a saved context, given by its offset in memory, to which the registers go back at the end. */
  runFrom(context: number, budget: number): RunExitCode {
    if (budget < this.price || this.samplesAlways) {
      this.engines.loadContext(context);
      const exit = this.run(budget);
      this.saveContext(context);
      return exit;
    }
    if (this.translator === undefined) this.resetSample();
    const stop = this.engines.startFrom(context, budget);
    // Most runs end in a system call.
    if (stop === Stop.trap && !this.isIllegal(stop)) return this.trapped();
    const exit = this.goOn(this.stopped(stop));
    this.saveContext(context);
    return exit;
  }

  /** Goes on after generated code has stopped, until the run ends. */
  private goOn(stopped: StopCode): RunExitCode {
    let stop = stopped;
    for (;;) {
      if (stop === Stop.trap) return this.trapped();
      if (stop === Stop.system) return RunExit.system;
      if (this.remaining < this.price) return RunExit.budget;
      stop = this.enterPage() ? this.advance() : Stop.trap;
    }
  }

  private trapped(): RunExitCode {
    this.views.setU32(HartBlock.reservationWidth, 0);
    return RunExit.trap;
  }

  /** Makes the page of pc the current one; false when that traps. */
  private enterPage(): boolean {
    const low = this.views.i32(HartBlock.pc);
    const high = this.views.i32(HartBlock.pc + 4);
    const samePage =
      this.views.i32(HartBlock.currentPage) === (low & PAGE_MASK) &&
      this.views.i32(HartBlock.currentPage + 4) === high;
    if (!samePage) {
      const frame = this.translate(low, high, Access.execute);
      if (frame === TRAPPED) return false;
      this.views.setU64(HartBlock.currentPage, low & PAGE_MASK, high);
      this.views.setU32(HartBlock.currentFrame, frame);
    }
    this.views.setU32(HartBlock.currentSlots, this.decoded.slotsFor(this.views.u32(HartBlock.currentFrame)));
    return true;
  }

  /** Executes from pc, on the current page, until generated code stops. */
  private advance(): StopCode {
    if (this.remaining < this.price) return Stop.budget;
    if (this.samplesAlways) this.sample(HartBlock.pc);
    const entry = this.views.u32(HartBlock.currentSlots) + (this.pageOffset << Slot.codeShift);
    return this.stopped(this.engines.drive(entry, this.remaining));
  }

  /** Does what generated code has stopped for. */
  private stopped(stop: StopCode): StopCode {
    switch (stop) {
      case Stop.undecoded:
        this.decodeAtPc();
        return Stop.done;
      case Stop.step:
        return this.step();
      case Stop.sample:
        this.translator?.countSample();
        this.sample(HartBlock.pc);
        this.sample(HartBlock.lastLeft);
        this.resetSample();
        return Stop.done;
      case Stop.wanted:
        this.tellTranslator(HartBlock.wanted, (address) => this.translator?.want(address));
        this.views.setU64(HartBlock.wanted, 0, 0);
        return Stop.done;
      case Stop.idle:
        this.translator?.idled(
          this.views.u32(HartBlock.currentFrame) + this.pageOffset,
          this.pc,
          this.remaining,
        );
        return this.step();
      case Stop.illegal:
        return this.illegal(this.wordOnPage());
      default:
        return this.isIllegal(stop) ? this.illegal(this.wordOnPage()) : stop;
    }
  }

  /** Whether it stopped by an illegal instruction, whose trap value is missing yet. */
  private isIllegal(stop: StopCode): boolean {
    return stop === Stop.trap && this.views.u32(HartBlock.trapCause) === TrapCause.illegalInstruction;
  }

  /** Tells the translator an address in the hart block, if it is one that a number holds, in the lower half. */
  private sample(cell: number): void {
    this.tellTranslator(cell, (address) => this.translator?.sample(address));
  }

  /** Tells what a cell of the hart block holds, if that is an address from which there may be translated code. */
  private tellTranslator(cell: number, tell: (address: number) => void): void {
    const high = this.views.u32(cell + 4);
    if (high <= LAST_TRANSLATED_HALF) tell(this.views.u32(cell) + high * 2 ** 32);
  }

  private get pc(): number {
    return this.views.u32(HartBlock.pc) + this.views.u32(HartBlock.pc + 4) * 2 ** 32;
  }

  /** Offset of pc in its page. */
  private get pageOffset(): number {
    return this.views.u32(HartBlock.pc) % FRAME_SIZE;
  }

  private decodeAtPc(): void {
    this.decoded.decodeStraightLine(
      this.views.u32(HartBlock.currentSlots),
      this.views.u32(HartBlock.currentFrame),
      this.pageOffset,
    );
  }

  /** Executes the instruction at pc by itself. */
  private step(): StopCode {
    const offset = this.pageOffset;
    const half = this.views.u16(this.views.u32(HartBlock.currentFrame) + offset);
    const straddles = offset === FRAME_SIZE - 2 && !isCompressed(half);
    const word = straddles ? this.fetchAcrossPages(half) : this.wordOnPage();
    if (word === undefined) return Stop.trap;
    if (this.remaining < this.price) return Stop.budget;
    const written = this.writer.write(Workspace.slot, word, -1);
    if (handlerOf(written) === SpecialHandler.illegal) return this.illegal(word);
    this.remaining -= this.price;
    const stop = this.engines.execute(Workspace.slot);
    if (stop !== Stop.done) this.remaining += this.price;
    return this.isIllegal(stop) ? this.illegal(word) : stop;
  }

  /** The word at pc, which is on the current page as a whole. */
  private wordOnPage(): number {
    const place = this.views.u32(HartBlock.currentFrame) + this.pageOffset;
    const half = this.views.u16(place);
    return isCompressed(half) ? half : half | (this.views.u16(place + 2) << 16);
  }

  /** The word whose first half is the last of the current page; undefined when the next page cannot be fetched. */
  private fetchAcrossPages(firstHalf: number): number | undefined {
    const [low, high] = nextPage(this.views.i32(HartBlock.pc), this.views.i32(HartBlock.pc + 4));
    const frame = this.translate(low, high, Access.execute);
    return frame === TRAPPED ? undefined : firstHalf | (this.views.u16(frame) << 16);
  }

  private illegal(word: number): StopCode {
    this.views.setU32(HartBlock.trapCause, TrapCause.illegalInstruction);
    this.views.setU64(HartBlock.trapValue, word, 0);
    return Stop.trap;
  }

  /** Where the frame of an address's page is, or TRAPPED. */
  private translate(low: number, high: number, access: AccessKind): number {
    const set = this.views.u32(HartBlock.translationSet);
    const known = this.translations.lookup(set, low, high, access);
    if (known !== -1) return known;
    if (!isCanonical(high)) return this.pageFault(PAGE_FAULT[access], low, high);
    const frame = this.host.translatePage(low, high, access);
    this.remaining -= this.views.i32(HartBlock.charged);
    this.views.setU32(HartBlock.charged, 0);
    if (frame < 0) return this.pageFault(-frame, low, high);
    const slots = access === Access.execute ? this.decoded.slotsFor(frame) : 0;
    this.translations.install(set, low, high, access, frame, slots);
    return frame;
  }

  private pageFault(cause: number, low: number, high: number): typeof TRAPPED {
    this.views.setU32(HartBlock.trapCause, cause);
    this.views.setU64(HartBlock.trapValue, low, high);
    return TRAPPED;
  }

  /** For the careful engine: finds where the data of an access is. Both pages are looked up before any effect. */
  private locate(low: number, high: number, size: number, access: AccessKind): StopCode {
    const offset = low & ~PAGE_MASK;
    const frame = this.translate(low, high, access);
    if (frame === TRAPPED) return Stop.trap;
    if (access === Access.write) this.watchWrites(low, frame);
    const onFirstPage = Math.min(size, FRAME_SIZE - offset);
    let second = 0;
    if (onFirstPage < size) {
      const [nextLow, nextHigh] = nextPage(low, high);
      second = this.translate(nextLow, nextHigh, access);
      if (second === TRAPPED) return Stop.trap;
      if (access === Access.write) this.watchWrites(nextLow, second);
    }
    if (this.remaining < 0) return Stop.budget;
    this.views.setU32(HartBlock.locatedSize, size);
    this.views.setU32(HartBlock.locatedOnFirst, onFirstPage);
    this.views.setU32(HartBlock.locatedFirst, frame + offset);
    this.views.setU32(HartBlock.locatedSecond, second);
    this.views.setU32(HartBlock.located, onFirstPage < size ? this.gather() : frame + offset);
    return Stop.done;
  }

  private watchWrites(low: number, frame: number): void {
    const set = this.views.u32(HartBlock.translationSet);
    this.translations.markWrites(set, low, this.decoded.watchesWrites(frame));
  }

  /** Puts the bytes of a page-crossing access together in the workspace. */
  private gather(): number {
    const { bytes } = this.views;
    const onFirst = this.views.u32(HartBlock.locatedOnFirst);
    const first = this.views.u32(HartBlock.locatedFirst);
    const second = this.views.u32(HartBlock.locatedSecond);
    const onSecond = this.views.u32(HartBlock.locatedSize) - onFirst;
    bytes.copyWithin(Workspace.crossing, first, first + onFirst);
    bytes.copyWithin(Workspace.crossing + onFirst, second, second + onSecond);
    return Workspace.crossing;
  }

  /** For the careful engine: the data located last has been written. */
  private stored(): void {
    const { bytes } = this.views;
    const size = this.views.u32(HartBlock.locatedSize);
    const onFirst = this.views.u32(HartBlock.locatedOnFirst);
    const first = this.views.u32(HartBlock.locatedFirst);
    if (onFirst < size) {
      const second = this.views.u32(HartBlock.locatedSecond);
      bytes.copyWithin(first, Workspace.crossing, Workspace.crossing + onFirst);
      bytes.copyWithin(second, Workspace.crossing + onFirst, Workspace.crossing + size);
      this.decoded.written(second, size - onFirst);
    }
    this.decoded.written(first, onFirst);
  }
}
