/**
 * Memory of a dead server that another one still works on: spans of a request whose sender has died.
 *
 * The pages are held when the sender dies and given back when the request ends, so that what is written there late reaches
 * nobody who has got the frames since. A right of the span, which nobody else uses, says that it is held.
 */
import { PAGE_SIZE, type PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from './kernel.ts';
import { readSpan, writeSpan } from './operation.ts';

const HELD = 0x100;

/** The spans of a frame's request by address: where each lies among the slots, and what it says. */
function spansOf(k: Kernel, frame: PhysicalAddress) {
  const { service, operation } = k.stack.at(frame);
  const slots = k.stack.slots(frame) / 8;
  return k.registry
    .at(service, operation)
    .fields.filter(({ kind }) => kind === 'span')
    .map(({ slot }) => ({ slot: slots + slot, span: readSpan(k.meter.observer.f64, slots + slot) }))
    .filter(({ span }) => span.space === 0 && span.length > 0);
}

function* pagesOf(start: PhysicalAddress, length: number): Generator<number> {
  const last = Math.floor((start + length - 1) / PAGE_SIZE);
  for (let frame = Math.floor(start / PAGE_SIZE); frame <= last; frame++) yield frame;
}

/** Holds what the request of a frame may still touch of a domain's memory. */
export function holdSpans(k: Kernel, frame: PhysicalAddress, domain: PhysicalAddress): void {
  for (const { slot, span } of spansOf(k, frame)) {
    if ((span.rights & HELD) !== 0 || k.frames.ownerOf(span.start) !== domain) continue;
    for (const page of pagesOf(span.start, span.length)) k.frames.hold(page);
    writeSpan(k.meter.observer.f64, slot, { ...span, rights: span.rights | HELD });
  }
}

/** The request of a frame has ended: what was held for it is given back. */
export function dropHeldSpans(k: Kernel, frame: PhysicalAddress): void {
  for (const { slot, span } of spansOf(k, frame)) {
    if ((span.rights & HELD) === 0) continue;
    writeSpan(k.meter.observer.f64, slot, { ...span, rights: span.rights & ~HELD });
    for (const page of pagesOf(span.start, span.length)) k.frames.release(page);
  }
}
