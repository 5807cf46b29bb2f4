/**
 * The cache of translated code: decides what is translated, holds the modules, and drops them when code changes.
 *
 * A region belongs to a place in memory (frame and offset) and a virtual address, so processes that map a file at the
 * same address share it. Where the interpreter has decoded the entry of a region, the slot leads to it. A module is
 * dropped as a whole when a frame changes that code of it came from. Nothing here is architectural: everything may be
 * dropped between two runs, and what is translated when depends on nothing but instructions executed.
 */

import type { DecodedPages } from '../interpreter/decoded-pages.ts';
import { Access } from '../interpreter/host.ts';
import type { MemoryViews } from '../interpreter/memory-views.ts';
import type { TranslationCache } from '../interpreter/translation-cache.ts';
import type { KeptBytes } from '../kept-bytes.ts';
import { FRAME_SIZE, HartBlock, type Layout } from '../layout.ts';
import { framesOf, piecesOf } from './code-pieces.ts';
import { type CodeSource, exploreRegion, type Region } from './control-flow.ts';
import { CoveredCode } from './covered-code.ts';
import { flowGraph } from './dominators.ts';
import type { Eagerness } from './eagerness.ts';
import { Hotness } from './hotness.ts';
import { type KeptModule, KeptModules, movedTo, type TranslatableRegion } from './kept-modules.ts';
import type { TranslatorOptions } from './region-frame.ts';
import { IMPORTS, regionModule } from './region-module.ts';
import { regionAround } from './region-root.ts';
import type { RegionTable } from './region-table.ts';
import { regionText } from './region-text.ts';
import { RegisterUse } from './register-use.ts';
import {
  nothingDone,
  type TranslatedModule,
  type TranslatedRegion,
  type TranslatorFigures,
} from './translated.ts';
import { TranslationQueue } from './translation-queue.ts';

const MOST_MODULES = 1500;
const MOST_BYTES = 48 * 1024 * 1024;
/** How often a region may do nothing, as where its first instruction touches new pages. */
const MOST_IDLE = 5000;
const LIMITS = { instructions: 200, unexecuted: 24 } as const;
/** Instructions of a region that has come to the limits. */
const FULL = 0.95 * LIMITS.instructions;
const MOST_IN_MODULE = 1500;
/** A function that is called is translated with its caller when it has no more instructions than this, or than samples. */
const SHORT = 24;
const HALF = 2 ** 32;

export interface TranslatorParts {
  readonly views: MemoryViews;
  readonly layout: Layout;
  readonly translations: TranslationCache;
  readonly decoded: DecodedPages;
  readonly options: TranslatorOptions;
  readonly regions: RegionTable;
  readonly eagerness: Eagerness;
  /** Where modules are kept for later runs, if anywhere. */
  readonly store?: KeptBytes | undefined;
  /** Memory, and what generated functions regions call: see region-module.ts. */
  readonly imports: WebAssembly.ModuleImports;
}

export class Translator {
  readonly #parts: TranslatorParts;
  readonly #use = new RegisterUse();
  readonly #source: CodeSource;
  // cache: what regions were made from
  readonly #covered = new CoveredCode();
  readonly #hotness: Hotness;
  // cache: frames whose code was written to: what is translated of them shall not take other regions along when that happens again
  readonly #changing = new Set<number>();
  // cache: places that are about to be translated
  readonly #queue: TranslationQueue;
  // cache: how often regions have done nothing, by index
  readonly #idled = new Map<number, number>();
  // cache: places whose regions have been of no use as they were: the next ones shall assume nothing of registers
  readonly #cautious = new Set<number>();
  // cache: regions by place
  readonly #regions = new Map<number, TranslatedRegion[]>();
  // cache: modules by the frames whose code they have
  readonly #modules = new Map<number, Set<TranslatedModule>>();
  // cache: all modules, the oldest first
  readonly #all = new Set<TranslatedModule>();
  // cache: modules of earlier runs
  readonly #kept: KeptModules | undefined;
  // cache: figures of what is cached
  #bytes = 0;
  // cache: figures since the machine was made, for measurements
  #figures: ReturnType<typeof nothingDone>;

  constructor(parts: TranslatorParts) {
    this.#parts = parts;
    this.#hotness = new Hotness(parts.eagerness);
    this.#queue = new TranslationQueue(parts.eagerness);
    this.#figures = nothingDone(parts.eagerness.distance);
    this.#source = this.#codeSource();
    const { store, options, eagerness } = parts;
    this.#kept = store && new KeptModules(store, eagerness, () => JSON.stringify(options));
    this.clear();
  }

  get figures(): TranslatorFigures {
    return this.#figures;
  }

  #codeSource(): CodeSource {
    const { views, translations, decoded } = this.#parts;
    return {
      frameOf: (address) =>
        translations.lookup(
          views.u32(HartBlock.translationSet),
          address | 0,
          Math.floor(address / HALF),
          Access.execute,
        ),
      halfword: (place) => views.u16(place),
      wasExecuted: (address) => {
        const frame = this.#source.frameOf(address);
        return frame >= 0 && decoded.isDecoded(frame, address % FRAME_SIZE);
      },
      beginsFullRegion: (address) => !this.#parts.eagerness.always && this.#lengthAt(address) >= FULL,
    };
  }

  /** So much has been interpreted that `sample` is about to be told where. */
  countSample(): void {
    this.#figures.samples += 1;
    this.#hotness.countSample();
  }

  /** The interpreter is at an address again: it is worth translating when that happens often. */
  sample(address: number): void {
    const frame = this.#source.frameOf(address);
    if (frame < 0) return;
    const place = frame + (address % FRAME_SIZE);
    this.#translateWhenDue();
    this.#takeKept(address);
    if (this.#regionAt(place, address) !== undefined || this.#queue.has(place)) return;
    if (this.#hotness.met(place, this.#covered.has(place))) this.#translate(address, place);
  }

  /** Translated code often leads to an address where there is no region, and ends up in the interpreter with all its callers. */
  want(address: number): void {
    const frame = this.#source.frameOf(address);
    if (frame < 0 || !this.#hotness.isWarm) return;
    const place = frame + (address % FRAME_SIZE);
    this.#translateWhenDue();
    if (this.#regionAt(place, address) !== undefined || this.#queue.has(place)) return;
    if (this.#hotness.wanted(place)) this.#translate(address, place, true);
  }

  /**
   * The slot of this place leads to a region that did nothing: perhaps it is of another address.
   * @param cycles what the region was given
   */
  idled(place: number, address: number, cycles: number): void {
    const { decoded, translations } = this.#parts;
    translations.dropJump(address);
    const region = this.#regionAt(place, address);
    const frame = place - (place % FRAME_SIZE);
    const isShort = cycles < this.#parts.eagerness.distance * this.#parts.options.instructionPrice;
    if (region !== undefined && (isShort || !this.#isVain(region))) {
      decoded.mark(frame, place % FRAME_SIZE, region.index);
      return;
    }
    decoded.unmark(frame, place % FRAME_SIZE);
    if (region === undefined) return;
    this.#forget(region);
    // Perhaps what it assumes of registers does not hold.
    if (this.#cautious.has(place)) this.#hotness.giveUp(place);
    this.#cautious.add(place);
  }

  /** Has a region done nothing so often that it is better not entered? */
  #isVain({ index }: TranslatedRegion): boolean {
    const times = (this.#idled.get(index) ?? 0) + 1;
    this.#idled.set(index, times);
    return times > MOST_IDLE;
  }

  #regionAt(place: number, address: number): TranslatedRegion | undefined {
    return this.#regions.get(place)?.find((region) => region.address === address);
  }

  #translate(address: number, place: number, isWanted = false): void {
    const first = exploreRegion(this.#source, address, LIMITS);
    if (first === undefined) this.#hotness.giveUp(place);
    if (first === undefined || !(isWanted || this.#hotness.isWorth(first, place, this.#placeOf))) return;
    const isKnown = isWanted || this.#covered.has(place) || this.#parts.eagerness.always;
    const around = isKnown ? first : regionAround(first, this.#source, LIMITS);
    const region = this.#isTranslated(around.entry) ? first : around;
    const isChanging = this.#changing.has(place - (place % FRAME_SIZE));
    if (this.#cautious.has(place) || isChanging) {
      this.#translateTogether([region], !this.#cautious.has(place));
      return;
    }
    const { entry, instructionCount } = region;
    this.#queue.add(this.#placeOf(entry), entry, instructionCount, this.#hotness.now);
    this.#translateWhenDue();
  }

  /** The place of an address whose page can be executed at present. */
  readonly #placeOf = (address: number): number => this.#source.frameOf(address) + (address % FRAME_SIZE);

  #translateWhenDue(): void {
    if (!this.#queue.isDue(this.#hotness.now)) return;
    const regions = this.#queue.takeAll().flatMap(([place, address]) => {
      const isThere = this.#placeOf(address) === place && this.#regionAt(place, address) === undefined;
      return (isThere && exploreRegion(this.#source, address, LIMITS)) || [];
    });
    if (regions.length > 0) this.#translateTogether(regions, true);
  }

  get #isFull(): boolean {
    return this.#all.size >= MOST_MODULES || this.#bytes >= MOST_BYTES;
  }

  /** @param assume may registers be taken to be narrow? */
  #translateTogether(first: readonly Region[], assume: boolean): void {
    if (this.#isFull) this.#evict();
    if (this.#parts.regions.isWorn) this.#startAnew();
    const regions = this.#explore(first);
    const graphs = regions.map(flowGraph);
    const { options, regions: table } = this.#parts;
    if (table.room < graphs.length) this.#evict();
    const made = regionModule(graphs, this.#source, this.#use, { ...options, assumesNarrow: assume });
    const translatable = graphs.map(({ region, entries }) => ({
      addresses: [region.entry, ...entries.map(({ address }) => address)],
      instructionCount: region.instructionCount,
      pieces: piecesOf(region),
    }));
    this.#install(
      { bytes: made.bytes, regions: translatable },
      this.#kept?.record(made, translatable, this.#source),
    );
  }

  /** Compiles a module, and lets the places where its regions can be entered lead to them. */
  #install(
    { bytes, regions }: { bytes: Uint8Array<ArrayBuffer>; regions: readonly TranslatableRegion[] },
    record: KeptModule | undefined,
  ): void {
    const { imports, regions: table } = this.#parts;
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      [IMPORTS]: { ...imports, regions: table.forRegions },
    });
    const translated = regions.flatMap((region, i) =>
      this.#enter(region, instance.exports[String(i)] as CallableFunction),
    );
    const pieces = regions.flatMap((region) => region.pieces);
    // What was met there before is no reason to translate it again.
    for (const covered of this.#covered.add(pieces, this.#source)) this.#hotness.covered(covered);
    const frames = framesOf(pieces, this.#source);
    this.#remember({ regions: translated, frames, size: bytes.length, record });
    this.#figures.instructions += regions.reduce((sum, { instructionCount }) => sum + instructionCount, 0);
  }

  /** Installs what earlier runs have kept of the page of an address, as far as the code is the same. */
  #takeKept(address: number): void {
    for (const module of this.#kept?.met(address, this.#source) ?? []) {
      if (this.#isFull || this.#parts.regions.room < module.regions.length) return;
      try {
        this.#install({ ...module, bytes: movedTo(module, this.#source) }, module);
        this.#figures.kept += 1;
      } catch (error) {
        // Another version of the host has other WebAssembly.
        if (!(error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError))
          throw error;
      }
    }
  }

  /** Keeps what is translated at present for later runs, if there is a place for it. */
  keep(): void {
    const isWhole = ({ regions }: TranslatedModule) =>
      regions.every((region) => this.#regions.get(region.place)?.includes(region) ?? false);
    this.#kept?.keep([...this.#all].filter(isWhole).flatMap(({ record }) => record ?? []));
  }

  /** Regions and those of the functions that they call, as far as they have been executed and are short or met by samples. */
  #explore(first: readonly Region[]): Region[] {
    const regions = new Map<number, Region>(first.map((region) => [region.entry, region]));
    const waiting = first.flatMap((region) => this.#called(region));
    let instructions = first.reduce((sum, { instructionCount }) => sum + instructionCount, 0);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (regions.has(next) || instructions > MOST_IN_MODULE || this.#isTranslated(next)) continue;
      const region = exploreRegion(this.#source, next, LIMITS);
      if (region === undefined) continue;
      const { instructionCount } = region;
      if (instructionCount > SHORT && this.#hotness.weight(region, this.#placeOf) < instructionCount)
        continue;
      regions.set(next, region);
      instructions += instructionCount;
      waiting.push(...this.#called(region));
    }
    return [...regions.values()];
  }

  #called({ blocks }: Region): number[] {
    return [...blocks.values()].flatMap(({ end }) =>
      end.kind === 'call' && this.#source.wasExecuted(end.target) ? [end.target] : [],
    );
  }

  /** What would be made of the region of an address at present, as text; undefined when there is none. */
  describe(address: number): string | undefined {
    const first = exploreRegion(this.#source, address, LIMITS);
    if (first === undefined) return undefined;
    const region = this.#isTranslated(address) ? first : regionAround(first, this.#source, LIMITS);
    const options = { ...this.#parts.options, assumesNarrow: true };
    const { bytes } = regionModule([flowGraph(region)], this.#source, this.#use, options);
    return regionText(region, this.#source, bytes);
  }

  #isTranslated(address: number): boolean {
    return this.#lengthAt(address) > 0;
  }

  /** Instructions of the region that an address is an entry of; 0 when there is none. */
  #lengthAt(address: number): number {
    const frame = this.#source.frameOf(address);
    if (frame < 0) return 0;
    return this.#regionAt(frame + (address % FRAME_SIZE), address)?.instructionCount ?? 0;
  }

  /** Lets the places where a region can be entered lead to it, but for those that lead to another one. */
  #enter(region: TranslatableRegion, callable: CallableFunction): TranslatedRegion[] {
    const addresses = region.addresses.filter((address) => !this.#isTranslated(address));
    if (addresses.length === 0) return [];
    const index = this.#parts.regions.add(callable);
    return addresses.map((address) => this.#enterAt(address, index, region.instructionCount));
  }

  #enterAt(address: number, index: number, instructionCount: number): TranslatedRegion {
    const [frame, offset] = [this.#source.frameOf(address), address % FRAME_SIZE];
    const translated = { address, place: frame + offset, index, instructionCount };
    this.#regions.set(translated.place, [...(this.#regions.get(translated.place) ?? []), translated]);
    this.#parts.decoded.mark(frame, offset, index);
    return translated;
  }

  #remember(module: TranslatedModule): void {
    for (const frame of module.frames) {
      const modules = this.#modules.get(frame) ?? new Set();
      modules.add(module);
      this.#modules.set(frame, modules);
    }
    this.#all.add(module);
    this.#bytes += module.size;
    this.#figures.modules += 1;
    this.#figures.bytes += module.size;
    this.#figures.regions += new Set(module.regions.map(({ index }) => index)).size;
  }

  /** Is there translated code of a frame, given by its offset in memory? */
  hasCode(frame: number): boolean {
    return this.#modules.has(frame);
  }

  /** A frame has changed as a whole, or was freed. */
  changed(frame: number): void {
    this.#invalidate(this.#parts.layout.ramBase + frame * FRAME_SIZE);
  }

  /** Bytes of a frame have been written: what was translated from them is not valid any more. */
  written(frame: number, offset: number, size: number): void {
    if (!this.#covered.hasAny(frame, offset, size)) return;
    this.#changing.add(frame);
    this.#invalidate(frame);
  }

  #invalidate(frame: number): void {
    const modules = this.#modules.get(frame);
    if (modules === undefined) return;
    for (const module of [...modules]) this.#drop(module);
  }

  #drop(module: TranslatedModule): void {
    const { decoded, regions } = this.#parts;
    for (const index of new Set(module.regions.map((region) => region.index))) {
      regions.delete(index);
      this.#idled.delete(index);
    }
    for (const region of module.regions) {
      this.#forget(region);
      decoded.unmark(region.place - (region.place % FRAME_SIZE), region.place % FRAME_SIZE);
      this.#hotness.forget(region.place);
    }
    for (const frame of module.frames) {
      const modules = this.#modules.get(frame);
      modules?.delete(module);
      if (modules?.size !== 0) continue;
      this.#modules.delete(frame);
      this.#covered.delete(frame);
    }
    this.#all.delete(module);
    this.#bytes -= module.size;
    regions.addUseless(module.size);
    this.#figures.invalidations += 1;
  }

  /** Lets nothing lead to a region any more. */
  #forget(region: TranslatedRegion): void {
    this.#parts.translations.dropJump(region.address);
    const others = this.#regions.get(region.place)?.filter((other) => other !== region) ?? [];
    if (others.length === 0) this.#regions.delete(region.place);
    else this.#regions.set(region.place, others);
  }

  /** Slots of a frame have been decoded anew: those where regions begin lead to them again. */
  decodedAgain(frame: number, first: number, last: number): void {
    const modules = this.#modules.get(frame);
    if (modules === undefined) return;
    for (const { regions } of modules)
      for (const { place } of regions) {
        const region = this.#regions.get(place)?.[0];
        if (region !== undefined && place >= frame + first && place <= frame + last)
          this.#parts.decoded.mark(frame, place - frame, region.index);
      }
  }

  /** Makes room: drops the older half of the modules. */
  #evict(): void {
    const oldest = [...this.#all].slice(0, Math.ceil(this.#all.size / 2));
    for (const module of oldest) this.#drop(module);
    this.#hotness.evicted();
    this.#figures.flushes += 1;
  }

  /** Drops everything, so that the host can free what it keeps of modules dropped before. */
  #startAnew(): void {
    for (const module of [...this.#all]) this.#drop(module);
    this.#parts.regions.clear();
  }

  /** Forgets everything; decoded slots have been forgotten already. */
  clear(): void {
    this.#regions.clear();
    this.#modules.clear();
    this.#covered.clear();
    this.#hotness.clear();
    this.#kept?.reset();
    this.#queue.clear();
    this.#changing.clear();
    this.#idled.clear();
    this.#parts.regions.clear();
    this.#all.clear();
    this.#bytes = 0;
  }
}
