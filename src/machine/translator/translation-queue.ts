/**
 * Places that are to be translated together. Calls within a module are direct, and what the host keeps for a module is needed in its
 * caches wherever another one is called: some large modules are faster than many small ones. So a place waits for others, but not long.
 */

import type { Eagerness } from './eagerness.ts';

export class TranslationQueue {
  readonly #eagerness: Pick<Eagerness, 'together' | 'patience'>;
  // cache: addresses by place; forgetting one delays its translation
  readonly #waiting = new Map<number, number>();
  // cache: the instructions of all their regions, about
  #instructions = 0;
  // cache: samples when the first one came
  #since = 0;

  constructor(eagerness: Pick<Eagerness, 'together' | 'patience'>) {
    this.#eagerness = eagerness;
  }

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
    const { together, patience } = this.#eagerness;
    return this.#instructions >= together || now - this.#since >= patience;
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
