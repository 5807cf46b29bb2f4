/**
 * Two copies between a span and memory of another domain: in to a buffer of the kernel's, out of it again; as a kernel moves
 * the bytes of a message that waits in its queue.
 */
import { Primitive } from '../../contracts/accounting.ts';
import type { Span } from '../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { locateSpan } from './direct-copy.ts';

export function moveThroughBuffer(
  k: Kernel,
  span: Span,
  offset: number,
  local: PhysicalAddress,
  length: number,
  toSpan: boolean,
): number {
  const buffer = k.messageBuffer;
  const wanted = Math.min(length, span.length - offset);
  let moved = 0;
  while (moved < wanted) {
    const physical = locateSpan(k, span, offset + moved, toSpan);
    if (physical < 0) break;
    const count = Math.min(PAGE_SIZE - (physical % PAGE_SIZE), wanted - moved);
    const [from, to] = toSpan ? [local + moved, physical] : [physical, local + moved];
    k.reach(buffer, count, true);
    k.reach(local + moved, count, !toSpan);
    k.memory.copy(buffer, from, count);
    k.memory.copy(to, buffer, count);
    k.meter.charge(Primitive.wordCopied, 2 * Math.ceil(count / 8));
    moved += count;
  }
  if (moved > 0) {
    k.countCopy(moved);
    k.countCopy(moved);
  }
  return moved;
}
