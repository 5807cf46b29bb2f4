/**
 * Spans whose pages are not all there: the memory service is asked to supply them, and the step that moves goes on after.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import type { OutcomeNumber, Span } from '../../contracts/service.ts';
import { SpanRight } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { FilesWiring } from './wiring.ts';

/** A span of memory at hand. */
export function localSpan(start: PhysicalAddress, length: number): Span {
  return { space: 0, start, length, rights: SpanRight.read | SpanRight.write };
}

/** Asks for the pages of a span from `offset` on; the step `then` receives the reply. EFAULT when nobody can be asked. */
export function supplySpan(
  k: Kernel,
  w: FilesWiring,
  span: Span,
  offset: number,
  write: boolean,
  then: string,
): OutcomeNumber {
  if (w.supply === undefined || span.space === 0) return k.fail(ErrorNumber.EFAULT);
  const access = write ? Access.write : Access.read;
  const request = {
    space: span.space,
    address: span.start + offset,
    length: span.length - offset,
    access,
  };
  return k.call(w.supply, request, then);
}

/** Can somebody be asked for a span's pages? */
export function canSupply(w: FilesWiring, span: Span): boolean {
  return w.supply !== undefined && span.space !== 0;
}
