/**
 * Modules of translated code from earlier runs of the same command. A module is believed only where the bytes of memory that it
 * was made from are there again, at the same addresses; frames may be others. So what a run does never depends on what was kept:
 * only how soon it is done.
 *
 * The host's compiler costs the most of all that translating does, and is not spared: what a run hardly executes is not worth it.
 */

import type { KeptBytes } from '../kept-bytes.ts';
import { paddedInteger } from '../wasm/byte-writer.ts';
import { type CodePiece, codeOf } from './code-pieces.ts';
import { type CodeSource, pageOf } from './control-flow.ts';
import type { Eagerness } from './eagerness.ts';
import { packed, unpacked } from './kept-format.ts';
import type { RegionModule } from './region-module.ts';

/** Bytes of modules that are kept of one command. */
const MOST_BYTES = 8 * 1024 * 1024;
/** The store is looked at earlier than anything is translated, but a program that is over at once has no use for it. */
const EARLIER = 1 / 16;
/** Runs that a module is kept through without having been of use. */
const MOST_VAIN = 8;

export interface TranslatableRegion {
  /** Where it can be entered, its beginning first. */
  readonly addresses: readonly number[];
  readonly instructionCount: number;
  readonly pieces: readonly CodePiece[];
}

export interface KeptModule extends RegionModule {
  readonly regions: readonly TranslatableRegion[];
  /** What it was made from: the halfwords of all pieces, see `codeOf`. */
  readonly code: Uint16Array;
  /** Runs since it was of use. */
  readonly vain: number;
}

export class KeptModules {
  readonly #store: KeptBytes;
  readonly #eagerness: Pick<Eagerness, 'atFirst' | 'samples'>;
  readonly #key: () => string;
  // cache: samples so far
  #samples = 0;
  // cache: what was found in the store; undefined before it was looked at
  #found: readonly KeptModule[] | undefined;
  // cache: those of them that have not been given yet, by the pages that they are on
  readonly #waiting = new Map<number, Set<KeptModule>>();
  // cache: how often the interpreter was met in their code
  readonly #met = new Map<KeptModule, number>();
  // cache: those that were made from other bytes
  readonly #refused = new Set<KeptModule>();
  // cache: bytes of modules that are noted or were found
  #bytes = 0;

  /** @param key what modules depend on besides the code they are made from */
  constructor(store: KeptBytes, eagerness: Pick<Eagerness, 'atFirst' | 'samples'>, key: () => string) {
    this.#store = store;
    this.#eagerness = eagerness;
    this.#key = key;
  }

  /** Notes a module of this run as it will be kept, if there is room. */
  record(
    module: RegionModule,
    regions: readonly TranslatableRegion[],
    source: CodeSource,
  ): KeptModule | undefined {
    if (this.#bytes + module.bytes.length > MOST_BYTES) return undefined;
    this.#bytes += module.bytes.length;
    return { ...module, regions, code: codeOf(piecesOfAll(regions), source), vain: 0 };
  }

  /** The interpreter was met at an address. @returns modules of the code there, now that they are worth it; each is given once */
  met(address: number, source: CodeSource): readonly KeptModule[] {
    this.#samples += 1;
    if (this.#samples <= this.#eagerness.atFirst * EARLIER) return [];
    if (this.#found === undefined) this.#load();
    const waiting = this.#waiting.get(pageOf(address));
    if (waiting === undefined) return [];
    const ready = [...waiting].filter((module) => this.#isReady(module, address, source));
    for (const module of ready) for (const page of pagesOf(module)) this.#waiting.get(page)?.delete(module);
    const fitting = ready.filter((module) => isSameCode(module, source));
    for (const module of ready) if (!fitting.includes(module)) this.#refused.add(module);
    return fitting;
  }

  #isReady(module: KeptModule, address: number, { frameOf }: CodeSource): boolean {
    const isIn = ([from, to]: CodePiece): boolean => from <= address && address < to;
    if (!piecesOfAll(module.regions).some(isIn)) return false;
    const times = (this.#met.get(module) ?? 0) + 1;
    this.#met.set(module, times);
    return times >= this.#eagerness.samples && [...pagesOf(module)].every((page) => frameOf(page) >= 0);
  }

  /** All that were found may be given once more. */
  reset(): void {
    this.#waiting.clear();
    this.#met.clear();
    this.#refused.clear();
    for (const module of this.#found ?? [])
      for (const page of pagesOf(module))
        this.#waiting.set(page, (this.#waiting.get(page) ?? new Set()).add(module));
  }

  /** Keeps modules that were of use, with those that were not tried, unless all of them are kept already. */
  keep(used: readonly KeptModule[]): void {
    if (used.every((module) => this.#found?.includes(module))) return;
    if (this.#found === undefined) this.#load();
    const others = (this.#found ?? []).filter(
      (module) => !used.includes(module) && !this.#refused.has(module) && module.vain < MOST_VAIN,
    );
    const kept = [
      ...used.map((module) => ({ ...module, vain: 0 })),
      ...others.map((module) => ({ ...module, vain: module.vain + 1 })),
    ];
    this.#store.keep(this.#key(), packed(kept));
  }

  #load(): void {
    const bytes = this.#store.find(this.#key());
    this.#found = bytes === undefined ? [] : unpacked(bytes);
    this.#bytes += this.#found.reduce((sum, module) => sum + module.bytes.length, 0);
    this.reset();
  }
}

function piecesOfAll(regions: readonly TranslatableRegion[]): readonly CodePiece[] {
  return regions.flatMap(({ pieces }) => pieces);
}

function pagesOf({ regions }: KeptModule): ReadonlySet<number> {
  return new Set(piecesOfAll(regions).map(([from]) => pageOf(from)));
}

function isSameCode({ regions, code }: KeptModule, source: CodeSource): boolean {
  const there = codeOf(piecesOfAll(regions), source);
  return there.length === code.length && there.every((halfword, i) => halfword === code[i]);
}

/** The module as it is for the frames that its pages are in now. */
export function movedTo({ bytes, distances }: KeptModule, { frameOf }: CodeSource): Uint8Array<ArrayBuffer> {
  const moved = bytes.slice();
  for (const { at, subject } of distances) moved.set(paddedInteger((frameOf(subject) - subject) | 0), at);
  return moved;
}
