/**
 * A content made piece by piece, of which one part is wanted: pieces before it are counted, pieces behind it end the work.
 *
 * `position` is where the next piece begins in the whole content, `moved` how much has been handed over. Pieces are carried
 * by a buffer of the maker's own.
 */
import type { Span } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { bytesOf } from './text/format.ts';

export interface Window {
  readonly offset: number;
  readonly into: Span;
  position: number;
  moved: number;
}

/** Has all that was wanted been handed over? */
export function isFull(f: Window): boolean {
  return f.moved >= f.into.length;
}

/** Adds a piece, by way of `buffer`, which must have room for it. */
export function emit(k: Kernel, f: Window, buffer: PhysicalAddress, text: string): void {
  const from = f.offset + f.moved;
  const start = Math.max(from, f.position) - f.position;
  const room = f.into.length - f.moved;
  const wanted = start < text.length ? text.slice(start, start + room) : '';
  f.position += text.length;
  k.examine(text.length);
  if (wanted === '') return;
  k.memory.store(buffer, bytesOf(wanted));
  f.moved += k.toSpan(f.into, f.moved, buffer, wanted.length);
}
