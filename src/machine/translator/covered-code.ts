/** Which bytes of memory translated code was made from: a write to them makes it invalid. */

import { FRAME_SIZE } from '../layout.ts';
import type { CodePiece } from './code-pieces.ts';
import type { CodeSource } from './control-flow.ts';

export class CoveredCode {
  // cache: for each frame its halfwords, 1 where code was translated from; forgotten with the code
  readonly #frames = new Map<number, Uint8Array>();

  /** @returns the places of their halfwords */
  add(pieces: readonly CodePiece[], { frameOf }: CodeSource): number[] {
    const places: number[] = [];
    for (const [from, to] of pieces) {
      const frame = frameOf(from);
      const offset = from % FRAME_SIZE;
      this.#of(frame).fill(1, offset / 2, (offset + to - from) / 2);
      for (let place = frame + offset; place < frame + offset + to - from; place += 2) places.push(place);
    }
    return places;
  }

  #of(frame: number): Uint8Array {
    const covered = this.#frames.get(frame) ?? new Uint8Array(FRAME_SIZE / 2);
    this.#frames.set(frame, covered);
    return covered;
  }

  /** Was the instruction at a place translated? */
  has(place: number): boolean {
    const offset = place % FRAME_SIZE;
    return this.#frames.get(place - offset)?.[offset / 2] === 1;
  }

  /** Was any of these bytes of a frame? */
  hasAny(frame: number, offset: number, size: number): boolean {
    return (
      this.#frames
        .get(frame)
        ?.subarray(offset >> 1, (offset + size + 1) >> 1)
        .includes(1) ?? false
    );
  }

  delete(frame: number): void {
    this.#frames.delete(frame);
  }

  clear(): void {
    this.#frames.clear();
  }
}
