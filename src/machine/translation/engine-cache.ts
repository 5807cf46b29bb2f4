/**
 * The execution engine's software caches of translation, as translation commands them.
 *
 * An engine has a small number of sets; one is selected at a time, and every access that its tables do not hold asks
 * `translatePage`. A set belongs to one address space (and one hart, when the architectural TLB is modelled), so that a
 * switch between spaces only selects another set. Which set belongs to whom is itself only a cache.
 */

/** What the engine offers. Indices are from 0 to `sets` - 1. */
export interface EngineCache {
  readonly sets: number;
  /** Accesses from now on look in this set. */
  selectSet(index: number): void;
  /** Forgets every entry of a set. */
  flushSet(index: number): void;
  /** Forgets what a set holds of one page, for every kind of access. */
  flushPage(index: number, addressLow: number, addressHigh: number): void;
}

/** No owner. Tags of address spaces are at least 1; 0 is of a hart on which none is in force yet. */
const NOBODY = -1;

/** Who owns which set of the engine; the one used longest ago is taken when a new owner comes. */
export class EngineSets {
  readonly #engine: EngineCache;
  // cache: owners of the engine's sets; `drop` forgets them together with the sets' entries
  readonly #tags: number[];
  // cache: their harts, likewise
  readonly #harts: number[];
  // cache: when each set was last selected; which one is taken over changes no result
  readonly #used: number[];
  // cache: stamps for `#used`
  #stamp = 0;

  constructor(engine: EngineCache) {
    this.#engine = engine;
    this.#tags = new Array<number>(engine.sets).fill(NOBODY);
    this.#harts = new Array<number>(engine.sets).fill(0);
    this.#used = new Array<number>(engine.sets).fill(0);
  }

  /** Selects the set of an address space on a hart, taking one over when it has none. */
  select(hart: number, tag: number): void {
    let index = this.find(hart, tag);
    if (index < 0) {
      index = this.#oldest();
      this.#engine.flushSet(index);
      this.#tags[index] = tag;
      this.#harts[index] = hart;
    }
    this.#used[index] = ++this.#stamp;
    this.#engine.selectSet(index);
  }

  /** The set of an address space on a hart, or -1. */
  find(hart: number, tag: number): number {
    for (let index = 0; index < this.#tags.length; index++)
      if (this.#tags[index] === tag && this.#harts[index] === hart) return index;
    return -1;
  }

  /** Forgets one page of an address space on one hart. */
  forgetPage(hart: number, tag: number, low: number, high: number): void {
    const index = this.find(hart, tag);
    if (index >= 0) this.#engine.flushPage(index, low, high);
  }

  /** Forgets an address space on one hart. The set stays its own. */
  forgetSpace(hart: number, tag: number): void {
    const index = this.find(hart, tag);
    if (index >= 0) this.#engine.flushSet(index);
  }

  /** Forgets everything; somebody must `select` before the engine runs again. */
  drop(): void {
    for (let index = 0; index < this.#tags.length; index++) {
      this.#engine.flushSet(index);
      this.#tags[index] = NOBODY;
    }
  }

  #oldest(): number {
    let found = 0;
    for (let index = 1; index < this.#used.length; index++)
      if ((this.#used[index] as number) < (this.#used[found] as number)) found = index;
    return found;
  }
}
