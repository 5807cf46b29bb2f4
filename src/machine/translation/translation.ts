/**
 * Address translation of a machine's harts.
 *
 * Two users: the engine asks `translatePage` for each page and kind of access that its own tables do not hold, and the kernel
 * asks `translate` on a program's behalf. With the architectural TLB modelled, both go through the active hart's TLB and pay
 * for each miss; otherwise translation is free and the tables are walked each time. All state is in machine memory: per hart
 * what hart-state.ts says. Usual misses of a program are refilled by generated code, as `#cached` does it (src/machine/refill), and
 * counted here afterwards. What the engine holds is always a part of what the TLB holds, so that dropping it changes
 * nothing. Rules of use: who takes rights away from an entry, or clears its A or D, calls `forgetPage`; who adds rights need
 * not, because an access that a cached translation does not allow walks again.
 */
import { Primitive } from '../../contracts/accounting.ts';
import {
  Access,
  type AccessKind,
  type ChargeSink,
  TranslationKind,
  type TranslationKindNumber,
} from '../../contracts/machine.ts';
import { TABLE_LEVELS } from '../../contracts/page-table.ts';
import {
  type FrameNumber,
  PAGE_SIZE,
  type PhysicalAddress,
  type VirtualAddress,
} from '../../contracts/units.ts';
import { type EngineCache, EngineSets } from './engine-cache.ts';
import { type CacheShapes, HeadWord, stateOffsets, translationStateSize } from './hart-state.ts';
import { type CacheLookups, LookupCounts } from './lookup-counts.ts';
import { type CacheEntry, NONE, TranslationCache } from './translation-cache.ts';
import {
  accessFault,
  causeOf,
  frameOf,
  isCanonical,
  pageFault,
  pageNumber,
  Right,
  rightsOf,
  stepsOf,
  walk,
} from './walk.ts';

/** Entries of the kernel's mapping have no address space. */
const KERNEL_TAG = 0;
const ALL_RIGHTS = Right.read | Right.write | Right.execute;
const HALF = 2 ** 32;
const PAGES_PER_HALF = HALF / PAGE_SIZE;

const lowOf = (address: VirtualAddress): number => address >>> 0;
const highOf = (address: VirtualAddress): number => Math.floor(address / HALF) >>> 0;

export interface TranslationParts {
  /** RAM by words, from physical address 0. */
  readonly u32: Uint32Array;
  /** Bytes of RAM. */
  readonly size: number;
  /** Byte offset of physical address 0 in the engine's memory. */
  readonly base: number;
  /** Where the harts' states are, `translationStateSize` bytes apart. Cleared memory is a machine just switched on. */
  readonly state: PhysicalAddress;
  readonly harts: number;
  readonly charges: ChargeSink;
  readonly engine: EngineCache;
  /** The architectural TLB; undefined when translation is not modelled. */
  readonly shapes: CacheShapes | undefined;
}

interface HartCaches {
  readonly instruction: TranslationCache;
  readonly data: TranslationCache;
  /** Of the kernel's mapping, by its large pages; undefined when that is not translated. */
  readonly kernel: TranslationCache | undefined;
  readonly counts: LookupCounts;
}

export class Translation {
  readonly #parts: TranslationParts;
  readonly #frames: number;
  readonly #stride: number;
  readonly #sets: EngineSets;
  /** One for each hart with the TLB modelled; else empty. */
  readonly #caches: readonly HartCaches[];
  // cache: whoever remembers a number of it only skips questions whose answer is known; it begins anew with every machine
  #changes = 0;

  constructor(parts: TranslationParts) {
    this.#parts = parts;
    this.#frames = parts.size / PAGE_SIZE;
    this.#stride = translationStateSize(parts.shapes);
    this.#sets = new EngineSets(parts.engine);
    this.#caches = cachesOf(parts, this.#stride);
    this.dropEngineCaches();
  }

  /** Changes with every entry that a TLB gains or loses, and with the space and the hart in force. */
  get changes(): number {
    return this.#changes;
  }

  /** Makes a hart the active one: its space and its TLB are in force. */
  activate(hart: number): void {
    this.#parts.u32[this.#parts.state / 4 + HeadWord.active] = hart;
    this.#changes += 1;
    this.#select();
  }

  /** Puts an address space in force on the active hart. */
  useSpace(kind: TranslationKindNumber, root: number, tag: number, small = false): void {
    const { charges, shapes } = this.#parts;
    this.#changes += 1;
    const hart = this.#active();
    const inForce = this.#head(hart, HeadWord.tag);
    const isReturn = tag === this.#head(hart, HeadWord.largeTag) && tag !== inForce;
    if (small || isReturn) charges.charge(Primitive.segmentLoad, 1);
    else {
      charges.charge(Primitive.addressSpaceSwitch, 1);
      if (shapes !== undefined && !shapes.taggedTranslation) this.#flushHart(hart);
      this.#setHead(hart, HeadWord.largeTag, tag);
    }
    this.#setHead(hart, HeadWord.kind, kind);
    this.#setHead(hart, HeadWord.root, root);
    this.#setHead(hart, HeadWord.tag, tag);
    this.#select();
  }

  /**
   * The engine's question, for an access by the program in force: the byte offset in the engine's memory of the page's frame,
   * or the cause of the trap, negative (never 0).
   */
  translatePage(low: number, high: number, access: AccessKind): number {
    const hart = this.#active();
    const kind = this.#head(hart, HeadWord.kind) as TranslationKindNumber;
    const root = this.#head(hart, HeadWord.root);
    const frame = this.#find(kind, root, this.#head(hart, HeadWord.tag), low, high, access);
    if (frame < 0 && kind === TranslationKind.pageTable) this.#caches[hart]?.counts.asked(access);
    return frame < 0 ? frame : this.#parts.base + frame * PAGE_SIZE;
  }

  /** Where a virtual address of a space is, for an access by the kernel on its program's behalf, or -1 when it would fault. */
  translate(
    root: number,
    tag: number,
    address: VirtualAddress,
    access: AccessKind,
    kind: TranslationKindNumber = TranslationKind.pageTable,
  ): PhysicalAddress | -1 {
    // Addresses that a number does not hold exactly are not a program's.
    if (!Number.isSafeInteger(address) || address < 0) return -1;
    if (kind === TranslationKind.pageTable) this.#caches[this.#active()]?.counts.asked(access);
    const frame = this.#find(kind, root, tag, lowOf(address), highOf(address), access);
    return frame < 0 ? -1 : frame * PAGE_SIZE + (address % PAGE_SIZE);
  }

  /** Forgets one page of a space on every hart, as `sfence.vma` of that address sent to all of them. */
  forgetPage(_root: number, tag: number, address: VirtualAddress): void {
    const low = lowOf(address);
    const high = highOf(address);
    const page = pageNumber(low, high);
    let dropped = 0;
    this.#changes += 1;
    for (const { instruction, data } of this.#caches)
      dropped += dropPage(instruction, page, tag) + dropPage(data, page, tag);
    if (dropped > 0) this.#parts.charges.charge(Primitive.tlbFlush, dropped);
    for (let owner = 0; owner < this.#owners(); owner++) this.#sets.forgetPage(owner, tag, low, high);
  }

  /** Forgets a whole space on every hart. */
  forgetSpace(_root: number, tag: number): void {
    let dropped = 0;
    this.#changes += 1;
    for (const { instruction, data } of this.#caches) dropped += instruction.flush(tag) + data.flush(tag);
    if (dropped > 0) this.#parts.charges.charge(Primitive.tlbFlush, dropped);
    for (let owner = 0; owner < this.#owners(); owner++) this.#sets.forgetSpace(owner, tag);
  }

  /**
   * An access by a domain to a page of its own that lies in its space where it lies in physical memory, with every right.
   * Returns whether the TLB holds the page now.
   */
  touch(tag: number, address: PhysicalAddress, access: AccessKind): boolean {
    const hart = this.#active();
    const caches = this.#caches[hart];
    if (caches === undefined) return false;
    caches.counts.asked(access);
    const page = Math.floor(address / PAGE_SIZE);
    if (caches.data.find(page, tag) !== NONE) return true;
    this.#chargeMiss(caches, access, TABLE_LEVELS);
    if (!this.#mayHold(hart, tag)) return false;
    this.#changes += 1;
    caches.data.fill(this.#makeRoom(caches.data, hart, page), page, tag, page, Right.read | Right.write);
    return true;
  }

  /** An access by the kernel in its own mapping of all memory. Returns whether a translation of it is held now. */
  touchAsKernel(address: PhysicalAddress, access: AccessKind): boolean {
    const caches = this.#caches[this.#active()];
    const mapping = this.#parts.shapes?.kernelMapping;
    if (caches?.kernel === undefined || mapping === undefined) return false;
    caches.counts.asked(access);
    const page = Math.floor(address / mapping.pageSize);
    if (caches.kernel.find(page, KERNEL_TAG) !== NONE) return true;
    this.#chargeMiss(caches, access, mapping.levels);
    this.#changes += 1;
    const frame = page * (mapping.pageSize / PAGE_SIZE);
    caches.kernel.fill(caches.kernel.take(page), page, KERNEL_TAG, frame, Right.read | Right.write);
    return true;
  }

  /** Another access to a page that the TLB was known to hold when `changes` was as it is. */
  touchAgain(access: AccessKind): void {
    this.#caches[this.#active()]?.counts.asked(access);
  }

  #chargeMiss({ counts }: HartCaches, access: AccessKind, steps: number): void {
    const { charges } = this.#parts;
    counts.missed(access);
    charges.charge(Primitive.tlbMiss, 1);
    charges.charge(Primitive.walkStep, steps);
  }

  /** Without tags a TLB holds only the space in force; the kernel looks into another one without it. */
  #mayHold(hart: number, tag: number): boolean {
    return this.#parts.shapes?.taggedTranslation === true || tag === this.#head(hart, HeadWord.tag);
  }

  /** Forgets all that the engine holds; no result changes. To be called whenever machine memory is replaced. */
  dropEngineCaches(): void {
    this.#sets.drop();
    this.#select();
  }

  /** Notes what the engine has retired on the active hart: each was a lookup, where tables are walked. */
  countRetired(instructions: number, dataAccesses: number): void {
    const hart = this.#active();
    const counts = this.#caches[hart]?.counts;
    if (counts !== undefined && this.#head(hart, HeadWord.kind) === TranslationKind.pageTable)
      counts.retired(instructions, dataAccesses);
  }

  /** Notes misses that generated code has refilled on the active hart since the last time: the walks read all levels. */
  countRefills(access: AccessKind, count: number): void {
    const { charges } = this.#parts;
    this.#changes += 1;
    this.#caches[this.#active()]?.counts.missed(access, count);
    charges.charge(Primitive.tlbMiss, count);
    charges.charge(Primitive.walkStep, count * TABLE_LEVELS);
  }

  /** How often a hart's caches were asked; undefined when the TLB is not modelled. */
  lookups(hart: number): LookupFigures | undefined {
    const counts = this.#caches[hart]?.counts;
    return counts && { instruction: counts.instruction, data: counts.data };
  }

  /** Live entries of a hart's TLB, for inspectors. */
  *entries(hart: number): Generator<CachedTranslation> {
    const caches = this.#caches[hart];
    if (caches === undefined) return;
    for (const name of ['instruction', 'data', 'kernel'] as const) {
      const cache = caches[name];
      for (const entry of cache?.live() ?? []) {
        if (cache === undefined) break;
        const at = { frame: cache.frame(entry), rights: cache.rights(entry), tag: cache.tag(entry) };
        yield { cache: name, page: name === 'kernel' ? at.frame : cache.page(entry), ...at };
      }
    }
  }

  /** The frame of a page for an access, or the negative cause. */
  #find(
    kind: TranslationKindNumber,
    root: number,
    tag: number,
    low: number,
    high: number,
    access: AccessKind,
  ): FrameNumber {
    if (kind === TranslationKind.physical) return this.#direct(low, high, access);
    if (kind === TranslationKind.baseAndBound) return this.#relocated(root, low, high, access);
    if (kind !== TranslationKind.pageTable) throw new Error(`no translation of kind ${kind} in this machine`);
    if (this.#caches.length === 0) {
      const result = walk(this.#parts.u32, this.#frames, root, low, high, access);
      return result < 0 ? -causeOf(result) : frameOf(result);
    }
    return this.#cached(root, tag, low, high, access);
  }

  /** Addresses are physical. */
  #direct(low: number, high: number, access: AccessKind): FrameNumber {
    const frame = low >>> 12;
    return high === 0 && frame < this.#frames ? frame : -accessFault(access);
  }

  /** `root` is the address of two words: base and bound in bytes, whole pages. */
  #relocated(root: PhysicalAddress, low: number, high: number, access: AccessKind): FrameNumber {
    const { u32 } = this.#parts;
    const bound = u32[root / 4 + 1] as number;
    if (high !== 0 || low >= bound) return -pageFault(access);
    const frame = ((u32[root / 4] as number) >>> 12) + (low >>> 12);
    return frame < this.#frames ? frame : -accessFault(access);
  }

  /** Through the active hart's TLB. */
  #cached(root: number, tag: number, low: number, high: number, access: AccessKind): FrameNumber {
    const hart = this.#active();
    const caches = this.#caches[hart] as HartCaches;
    const cache = access === Access.execute ? caches.instruction : caches.data;
    const page = pageNumber(low, high);
    const held = isCanonical(high) ? cache.find(page, tag) : NONE;
    if (held !== NONE && (cache.rights(held) & (1 << access)) !== 0) return cache.frame(held);
    const result = walk(this.#parts.u32, this.#frames, root, low, high, access);
    this.#chargeMiss(caches, access, stepsOf(result));
    if (result < 0) return -causeOf(result);
    if (this.#mayHold(hart, tag)) {
      this.#changes += 1;
      const entry = held !== NONE ? held : this.#makeRoom(cache, hart, page);
      cache.fill(entry, page, tag, frameOf(result), rightsOf(result) & ALL_RIGHTS);
    }
    return frameOf(result);
  }

  /** Takes an entry for a page. The engine may not keep what the TLB loses. */
  #makeRoom(cache: TranslationCache, hart: number, page: number): CacheEntry {
    const entry = cache.take(page);
    if (cache.isLive(entry)) this.#forgetInEngine(hart, cache.tag(entry), cache.page(entry));
    return entry;
  }

  #forgetInEngine(hart: number, tag: number, page: number): void {
    const low = ((page % PAGES_PER_HALF) * PAGE_SIZE) >>> 0;
    const top = Math.floor(page / PAGES_PER_HALF);
    const high = top >= 0x8000 ? (top | 0xffff_0000) >>> 0 : top;
    this.#sets.forgetPage(hart, tag, low, high);
  }

  /** Empties a hart's TLB, as a switch does where entries have no tags. */
  #flushHart(hart: number): void {
    const { instruction, data, kernel } = this.#caches[hart] as HartCaches;
    const tags = new Set<number>([this.#head(hart, HeadWord.tag)]);
    for (const cache of [instruction, data]) for (const entry of cache.live()) tags.add(cache.tag(entry));
    const isGlobal = this.#parts.shapes?.kernelMapping?.global === true;
    const dropped = instruction.flush() + data.flush() + (isGlobal ? 0 : (kernel?.flush() ?? 0));
    if (dropped > 0) this.#parts.charges.charge(Primitive.tlbFlush, dropped);
    for (const tag of tags) this.#sets.forgetSpace(hart, tag);
  }

  /** Selects the engine's set of the space in force on the active hart; none is in force on a hart just switched on. */
  #select(): void {
    const hart = this.#active();
    const tag = this.#head(hart, HeadWord.tag);
    this.#sets.select(this.#caches.length === 0 ? 0 : hart, tag);
  }

  /** Without the TLB all harts share the sets of a space. */
  #owners(): number {
    return this.#caches.length === 0 ? 1 : this.#parts.harts;
  }

  #active(): number {
    return this.#parts.u32[this.#parts.state / 4 + HeadWord.active] as number;
  }

  #head(hart: number, word: number): number {
    return this.#parts.u32[(this.#parts.state + hart * this.#stride) / 4 + word] as number;
  }

  #setHead(hart: number, word: number, value: number): void {
    this.#parts.u32[(this.#parts.state + hart * this.#stride) / 4 + word] = value;
  }
}

/** How often the caches of a hart were asked, and how often in vain. */
export interface LookupFigures {
  readonly instruction: CacheLookups;
  readonly data: CacheLookups;
}

/** One live entry of a TLB. */
export interface CachedTranslation {
  readonly cache: 'instruction' | 'data' | 'kernel';
  /** Its number, in units of 4 KiB; of the kernel's large pages, the first one. */
  readonly page: number;
  readonly tag: number;
  readonly frame: FrameNumber;
  /** Right bits. */
  readonly rights: number;
}

function cachesOf(parts: TranslationParts, stride: number): readonly HartCaches[] {
  const { u32, shapes, state } = parts;
  if (shapes === undefined) return [];
  const offsets = stateOffsets(shapes);
  return Array.from({ length: parts.harts }, (_, hart) => {
    const first = state + hart * stride;
    const { kernelMapping } = shapes;
    return {
      instruction: new TranslationCache(u32, first + offsets.instruction, shapes.instructionCache),
      data: new TranslationCache(u32, first + offsets.data, shapes.dataCache),
      kernel: kernelMapping && new TranslationCache(u32, first + offsets.kernel, kernelMapping),
      counts: new LookupCounts(u32, first + offsets.counts),
    };
  });
}

/** Drops a page's entry; returns how many there were. */
function dropPage(cache: TranslationCache, page: number, tag: number): number {
  const entry = cache.find(page, tag);
  if (entry === NONE) return 0;
  cache.drop(entry);
  return 1;
}
