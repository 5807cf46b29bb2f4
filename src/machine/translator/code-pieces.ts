/** The bytes of memory that regions are made from, as pieces that lie on one page each. */

import { FRAME_SIZE } from '../layout.ts';
import { type CodeSource, type Region, straddles } from './control-flow.ts';

/** Addresses of the first byte and of the one behind the last, on one page. */
export type CodePiece = readonly [from: number, to: number];

/** The pieces of a region: what follows each other on a page is one. */
export function piecesOf({ blocks }: Region): readonly CodePiece[] {
  const pieces: [number, number][] = [];
  const add = (from: number, to: number): void => {
    const last = pieces.at(-1);
    if (last !== undefined && last[1] === from && from % FRAME_SIZE !== 0) last[1] = to;
    else pieces.push([from, to]);
  };
  for (const { instructions } of blocks.values())
    for (const instruction of instructions) {
      const { address, decoded } = instruction;
      const end = address + decoded.length;
      add(address, straddles(instruction) ? address + 2 : end);
      if (straddles(instruction)) add(address + 2, end);
    }
  return pieces;
}

/** The frames that pieces lie on at present, as far as their pages can be executed; -1 among them stands for others. */
export function framesOf(pieces: readonly CodePiece[], { frameOf }: CodeSource): ReadonlySet<number> {
  return new Set(pieces.map(([from]) => frameOf(from)));
}

/** The halfwords of pieces that can be executed at present, one after the other. */
export function codeOf(pieces: readonly CodePiece[], { frameOf, halfword }: CodeSource): Uint16Array {
  const size = pieces.reduce((sum, [from, to]) => sum + (to - from) / 2, 0);
  const code = new Uint16Array(size);
  let at = 0;
  for (const [from, to] of pieces) {
    const place = frameOf(from) + (from % FRAME_SIZE);
    for (let offset = 0; offset < to - from; offset += 2) code[at++] = halfword(place + offset);
  }
  return code;
}
