/**
 * Places that are to be translated together. Calls within a module are direct, and what the host keeps for a module is needed in its
 * caches wherever another one is called: some large modules are faster than many small ones. So a place waits for others, but not long.
 */

/** So many instructions are enough for a module. */
const ENOUGH = 1000;
/** How many samples the first one waits at most. */
const PATIENCE = 32;

export class TranslationQueue {
  // cache: addresses by place; forgetting one delays its translation
  readonly #waiting = new Map<number, number>();
  // cache: the instructions of all their regions, about
  #instructions = 0;
  // cache: samples when the first one came
  #since = 0;

  /** @param now samples since the machine was made */
  add(place: number, address: number, instructionCount: number, now: number): void {
    if (this.#waiting.size === 0) this.#since = now;
    this.#waiting.set(place, address);
    this.#instructions += instructionCount;
  }

  has(place: number): boolean {
    return this.#waiting.has(place);
  }

  /** Is it time to translate what is there? */
  isDue(now: number): boolean {
    if (this.#waiting.size === 0) return false;
    return this.#instructions >= ENOUGH || now - this.#since >= PATIENCE;
  }

  /** Empties the queue. @returns places and their addresses */
  takeAll(): readonly (readonly [number, number])[] {
    const all = [...this.#waiting];
    this.clear();
    return all;
  }

  clear(): void {
    this.#waiting.clear();
    this.#instructions = 0;
  }
}
