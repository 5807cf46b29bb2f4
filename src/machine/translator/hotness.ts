/**
 * Which places are worth translating: how often the interpreter was met there, and how often translated code wanted them. All of it may
 * be forgotten at any time, which delays translation.
 */

import { FRAME_SIZE } from '../layout.ts';
import type { Region } from './control-flow.ts';
import type { Eagerness } from './eagerness.ts';
import { weightOf } from './region-analysis.ts';

const MOST_SAMPLES = 20_000;
/** Instead of a count: a place that is not worth translating. */
const NEVER = -MOST_SAMPLES;
/** How often the samples that are wanted are doubled. */
const MOST_DOUBLINGS = 6;
/** How much longer a place in the midst of a region is waited for. */
const PATIENCE = 16;

export class Hotness {
  readonly #eagerness: Eagerness;
  // cache: how often places were met
  readonly #samples = new Map<number, number>();
  // cache: how often places of a frame were met
  readonly #frames = new Map<number, number>();
  // cache: how many samples to wait for until a place is looked at again
  readonly #expected = new Map<number, number>();
  // cache: how often translated code wanted regions of places
  readonly #wanted = new Map<number, number>();
  // cache: samples since the machine was made
  #sampled = 0;
  // cache: how often all that was translated has been too much
  #evictions = 0;

  constructor(eagerness: Eagerness) {
    this.#eagerness = eagerness;
  }

  /** Samples since the machine was made. */
  get now(): number {
    return this.#sampled;
  }

  countSample(): void {
    this.#sampled += 1;
  }

  /** Has so much been executed that anything may be translated? */
  get isWarm(): boolean {
    return this.#sampled >= this.#eagerness.atFirst;
  }

  /**
   * The interpreter was met at a place. @param isCovered was it translated, but not to be entered there?
   * @returns whether it is time to look at what a region would be there
   */
  met(place: number, isCovered: boolean): boolean {
    const { samples, always, forRegion } = this.#eagerness;
    const count = (this.#samples.get(place) ?? 0) + 1;
    if (this.#samples.size >= MOST_SAMPLES) this.clear();
    this.#samples.set(place, count);
    const frame = place - (place % FRAME_SIZE);
    const onFrame = (this.#frames.get(frame) ?? 0) + 1;
    this.#frames.set(frame, onFrame);
    // Where code is translated, but not to be entered, it will be before long.
    const patience = isCovered && !always ? PATIENCE : 1;
    const isTime = count >= (this.#expected.get(place) ?? samples * patience);
    // Exploring a region takes time too. It may lie on two frames.
    const isPromising = onFrame * 2 >= Math.max(forRegion, this.#least);
    return isTime && isPromising && this.isWarm;
  }

  /** Translated code has wanted a place once more. @returns whether that is often enough */
  wanted(place: number): boolean {
    if ((this.#samples.get(place) ?? 0) < 0) return false;
    const times = (this.#wanted.get(place) ?? 0) + 1;
    this.#wanted.set(place, times);
    return times >= this.#dearness;
  }

  /** A place is not to be translated. */
  giveUp(place: number): void {
    this.#samples.set(place, NEVER);
  }

  /** Forgets how often a place was met. */
  forget(place: number): void {
    this.#samples.delete(place);
  }

  /** What was met at a place is no reason to translate it again. */
  covered(place: number): void {
    if ((this.#samples.get(place) ?? 0) > 0) this.#samples.delete(place);
  }

  /** Has the region of a place been met by enough samples? If not, notes how many of the place to wait for. */
  isWorth(region: Region, place: number, placeOf: (address: number) => number): boolean {
    const { instructionCount } = region;
    const { forRegion, forInstruction } = this.#eagerness;
    const wanted = this.#dearness * Math.max(this.#least, forRegion + forInstruction * instructionCount);
    const weight = this.weight(region, placeOf);
    if (weight >= wanted) return true;
    const count = this.#samples.get(place) ?? 1;
    this.#expected.set(place, Math.ceil(count * Math.max(2, wanted / Math.max(1, weight))));
    return false;
  }

  weight(region: Region, placeOf: (address: number) => number): number {
    return weightOf(region, (address) => this.#samples.get(placeOf(address)) ?? 0);
  }

  /** As many samples a region must have at present, whatever its size. */
  get #least(): number {
    const { early, share } = this.#eagerness;
    return this.#sampled < early ? this.#sampled * share : 0;
  }

  /** A program that has filled the cache before may do so again: so many times as much must speak for a region then. */
  get #dearness(): number {
    return 2 ** Math.min(this.#evictions, MOST_DOUBLINGS);
  }

  /** Much that was translated is not any more. Samples count half: what is still executed often is soon translated again. */
  evicted(): void {
    this.#evictions += 1;
    for (const counts of [this.#samples, this.#frames])
      for (const [place, count] of counts) if (count > 0) counts.set(place, count >> 1);
    this.#expected.clear();
    this.#wanted.clear();
  }

  clear(): void {
    this.#frames.clear();
    this.#samples.clear();
    this.#expected.clear();
  }
}
