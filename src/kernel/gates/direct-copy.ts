/**
 * One copy between a span and memory at hand, page by page through the span's translation, as far as its pages are present.
 */
import { Primitive } from '../../contracts/accounting.ts';
import { Access } from '../../contracts/machine.ts';
import type { Span } from '../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';

/** The physical address of a place in a span for reading or writing it, or -1 when its page is not there with that right. */
export function locateSpan(k: Kernel, span: Span, offset: number, writing: boolean): PhysicalAddress | -1 {
  const address = span.start + offset;
  return span.space === 0 ? address : k.locate(span.space, address, writing ? Access.write : Access.read);
}

export function moveDirectly(
  k: Kernel,
  span: Span,
  offset: number,
  local: PhysicalAddress,
  length: number,
  toSpan: boolean,
): number {
  const wanted = Math.min(length, span.length - offset);
  let moved = 0;
  while (moved < wanted) {
    const physical = locateSpan(k, span, offset + moved, toSpan);
    if (physical < 0) break;
    const room = PAGE_SIZE - (physical % PAGE_SIZE);
    const count = Math.min(room, wanted - moved);
    k.reach(local + moved, count, !toSpan);
    if (toSpan) k.memory.copy(physical, local + moved, count);
    else k.memory.copy(local + moved, physical, count);
    k.meter.charge(Primitive.wordCopied, Math.ceil(count / 8));
    moved += count;
  }
  if (moved > 0) k.countCopy(moved);
  return moved;
}
