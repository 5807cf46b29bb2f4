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
import { FRAME_SIZE, HartBlock, type Layout } from '../layout.ts';
import { type CodeSource, exploreRegion, type Region } from './control-flow.ts';
import { CoveredCode } from './covered-code.ts';
import { type FlowGraph, flowGraph } from './dominators.ts';
import type { Eagerness } from './eagerness.ts';
import { weightOf } from './region-analysis.ts';
import type { TranslatorOptions } from './region-frame.ts';
import { IMPORTS, regionModule } from './region-module.ts';
import { regionAround } from './region-root.ts';
import type { RegionTable } from './region-table.ts';
import { regionText } from './region-text.ts';
import { RegisterUse } from './register-use.ts';
import type { TranslatedModule, TranslatedRegion, TranslatorFigures } from './translated.ts';
import { TranslationQueue } from './translation-queue.ts';

const MOST_MODULES = 1500;
const MOST_BYTES = 48 * 1024 * 1024;
const MOST_SAMPLES = 20_000;
/** Instead of a count: a place that is not worth translating. */
const NEVER = -MOST_SAMPLES;
/** How often the samples that are wanted are doubled. */
const MOST_DOUBLINGS = 6;
/** How much longer a place in the midst of a region is waited for. */
const PATIENCE = 16;
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
  /** Memory, and what generated functions regions call: see region-module.ts. */
  readonly imports: WebAssembly.ModuleImports;
}

export class Translator {
  readonly #parts: TranslatorParts;
  readonly #use = new RegisterUse();
  readonly #source: CodeSource;
  // cache: what regions were made from
  readonly #covered = new CoveredCode();
  // cache: how often places were met; forgetting it delays translation
  readonly #samples = new Map<number, number>();
  // cache: how often places of a frame were met
  readonly #frames = new Map<number, number>();
  // cache: how many samples to wait for until a place is looked at again
  readonly #expected = new Map<number, number>();
  // cache: how often translated code wanted regions of places
  readonly #wanted = new Map<number, number>();
  // cache: places that are about to be translated
  readonly #queue = new TranslationQueue();
  // cache: samples since the machine was made
  #sampled = 0;
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
  // cache: figures of what is cached
  #bytes = 0;
  // cache: figures since the machine was made, for measurements; flushes also say how dear translating has been
  #figures = {
    modules: 0,
    regions: 0,
    instructions: 0,
    bytes: 0,
    invalidations: 0,
    flushes: 0,
    samples: 0,
    sampleDistance: 0,
  };

  constructor(parts: TranslatorParts) {
    this.#parts = parts;
    this.#figures.sampleDistance = parts.eagerness.distance;
    this.#source = this.#codeSource();
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
    this.#sampled += 1;
  }

  /** The interpreter is at an address again: it is worth translating when that happens often. */
  sample(address: number): void {
    const frame = this.#source.frameOf(address);
    if (frame < 0) return;
    const place = frame + (address % FRAME_SIZE);
    this.#translateWhenDue();
    if (this.#regionAt(place, address) !== undefined || this.#queue.has(place)) return;
    const count = (this.#samples.get(place) ?? 0) + 1;
    if (this.#samples.size >= MOST_SAMPLES) this.#forgetSamples();
    this.#samples.set(place, count);
    const onFrame = (this.#frames.get(frame) ?? 0) + 1;
    this.#frames.set(frame, onFrame);
    const { samples, atFirst, forRegion } = this.#parts.eagerness;
    // Where code is translated, but not to be entered, it will be before long.
    const patience = this.#covered.has(place) && !this.#parts.eagerness.always ? PATIENCE : 1;
    const isTime = count >= (this.#expected.get(place) ?? samples * patience);
    // Exploring a region takes time too. It may lie on two frames.
    const isPromising = onFrame * 2 >= Math.max(forRegion, this.#least());
    if (isTime && isPromising && this.#sampled >= atFirst) this.#translate(address, place);
  }

  /** As many samples a region must have at present, whatever its size. */
  #least(): number {
    const { early, share } = this.#parts.eagerness;
    return this.#sampled < early ? this.#sampled * share : 0;
  }

  /** Translated code often leads to an address where there is no region, and ends up in the interpreter with all its callers. */
  want(address: number): void {
    const frame = this.#source.frameOf(address);
    if (frame < 0 || this.#sampled < this.#parts.eagerness.atFirst) return;
    const place = frame + (address % FRAME_SIZE);
    this.#translateWhenDue();
    if (this.#regionAt(place, address) !== undefined || this.#queue.has(place)) return;
    if ((this.#samples.get(place) ?? 0) < 0) return;
    const times = (this.#wanted.get(place) ?? 0) + 1;
    this.#wanted.set(place, times);
    if (times >= this.#dearness()) this.#translate(address, place, true);
  }

  /**
   * The slot of this place leads to a region that did nothing: perhaps it is of another address.
   * @param cycles what the region was given
   */
  idled(place: number, address: number, cycles: number): void {
    const { decoded } = this.#parts;
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
    if (this.#cautious.has(place)) this.#samples.set(place, NEVER);
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
    if (first === undefined) this.#samples.set(place, NEVER);
    if (first === undefined || !(isWanted || this.#isWorth(first, place))) return;
    const isKnown = isWanted || this.#covered.has(place) || this.#parts.eagerness.always;
    const around = isKnown ? first : regionAround(first, this.#source, LIMITS);
    const region = this.#isTranslated(around.entry) ? first : around;
    if (this.#parts.eagerness.always || this.#cautious.has(place)) {
      this.#translateTogether([region], !this.#cautious.has(place));
      return;
    }
    const { entry, instructionCount } = region;
    this.#queue.add(this.#placeOf(entry), entry, instructionCount, this.#sampled);
    this.#translateWhenDue();
  }

  /** The place of an address whose page can be executed at present. */
  #placeOf(address: number): number {
    return this.#source.frameOf(address) + (address % FRAME_SIZE);
  }

  #translateWhenDue(): void {
    if (!this.#queue.isDue(this.#sampled)) return;
    const regions = this.#queue.takeAll().flatMap(([place, address]) => {
      const isThere = this.#placeOf(address) === place && this.#regionAt(place, address) === undefined;
      return (isThere && exploreRegion(this.#source, address, LIMITS)) || [];
    });
    if (regions.length > 0) this.#translateTogether(regions, true);
  }

  /** @param assume may registers be taken to be narrow? */
  #translateTogether(first: readonly Region[], assume: boolean): void {
    if (this.#all.size >= MOST_MODULES || this.#bytes >= MOST_BYTES) this.#evict();
    const regions = this.#explore(first);
    const graphs = regions.map(flowGraph);
    const { imports, options, regions: table } = this.#parts;
    if (table.room < graphs.length) this.#evict();
    const bytes = regionModule(graphs, this.#source, this.#use, { ...options, assumesNarrow: assume });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      [IMPORTS]: imports,
    });
    const translated = graphs.flatMap((graph, i) =>
      this.#enter(graph, instance.exports[String(i)] as CallableFunction),
    );
    // What was met there before is no reason to translate it again.
    for (const covered of this.#covered.add(regions, this.#source))
      if ((this.#samples.get(covered) ?? 0) > 0) this.#samples.delete(covered);
    this.#remember({ regions: translated, frames: this.#framesOf(regions), size: bytes.length });
    this.#figures.instructions += regions.reduce((sum, { instructionCount }) => sum + instructionCount, 0);
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
      if (instructionCount > SHORT && this.#weight(region) < instructionCount) continue;
      regions.set(next, region);
      instructions += instructionCount;
      waiting.push(...this.#called(region));
    }
    return [...regions.values()];
  }

  /** Has a region been met by enough samples? If not, says how many of its entry to wait for. */
  #isWorth(region: Region, place: number): boolean {
    const { instructionCount } = region;
    const { forRegion, forInstruction } = this.#parts.eagerness;
    const wanted = this.#dearness() * Math.max(this.#least(), forRegion + forInstruction * instructionCount);
    const weight = this.#weight(region);
    if (weight >= wanted) return true;
    const count = this.#samples.get(place) ?? 1;
    this.#expected.set(place, Math.ceil(count * Math.max(2, wanted / Math.max(1, weight))));
    return false;
  }

  /** A program that has filled the cache before may do so again: so many times as much must speak for a region then. */
  #dearness(): number {
    return 2 ** Math.min(this.#figures.flushes, MOST_DOUBLINGS);
  }

  #weight(region: Region): number {
    const { frameOf } = this.#source;
    return weightOf(region, (address) => this.#samples.get(frameOf(address) + (address % FRAME_SIZE)) ?? 0);
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
    const module = regionModule([flowGraph(region)], this.#source, this.#use, options);
    return regionText(region, this.#source, module);
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

  /** Lets the places where a region can be entered lead to it. */
  #enter({ region, entries }: FlowGraph, callable: CallableFunction): TranslatedRegion[] {
    const others = entries.map(({ address }) => address).filter((address) => !this.#isTranslated(address));
    const index = this.#parts.regions.add(callable);
    return [region.entry, ...others].map((address) => this.#enterAt(address, index, region));
  }

  #enterAt(address: number, index: number, { instructionCount }: Region): TranslatedRegion {
    const [frame, offset] = [this.#source.frameOf(address), address % FRAME_SIZE];
    const translated = { address, place: frame + offset, index, instructionCount };
    this.#regions.set(translated.place, [...(this.#regions.get(translated.place) ?? []), translated]);
    this.#parts.decoded.mark(frame, offset, index);
    return translated;
  }

  #framesOf(regions: readonly Region[]): ReadonlySet<number> {
    const frames = new Set<number>();
    for (const { blocks } of regions)
      for (const { instructions } of blocks.values())
        for (const { address, decoded } of instructions) {
          frames.add(this.#source.frameOf(address));
          frames.add(this.#source.frameOf(address + decoded.length - 2));
        }
    return frames;
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
    this.#figures.regions += module.regions.length;
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
    if (this.#covered.hasAny(frame, offset, size)) this.#invalidate(frame);
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
      this.#samples.delete(region.place);
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
    this.#figures.invalidations += 1;
  }

  #forgetSamples(): void {
    this.#frames.clear();
    this.#samples.clear();
    this.#expected.clear();
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

  /**
   * Makes room: drops the older half of the modules. Samples count half from now on, so that what is still executed often is
   * soon translated again, and what is not stays away.
   */
  #evict(): void {
    const oldest = [...this.#all].slice(0, Math.ceil(this.#all.size / 2));
    for (const module of oldest) this.#drop(module);
    for (const counts of [this.#samples, this.#frames])
      for (const [place, count] of counts) if (count > 0) counts.set(place, count >> 1);
    this.#expected.clear();
    this.#wanted.clear();
    this.#figures.flushes += 1;
  }

  /** Forgets everything; decoded slots have been forgotten already. */
  clear(): void {
    this.#regions.clear();
    this.#modules.clear();
    this.#covered.clear();
    this.#forgetSamples();
    this.#queue.clear();
    this.#idled.clear();
    this.#parts.regions.clear();
    this.#all.clear();
    this.#bytes = 0;
  }
}
