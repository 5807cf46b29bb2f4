/**
 * Whose turn it is: the hart that lags most goes next, and how far it may run ahead of the others. Ties go by number, so
 * that the interleaving is the same in every run.
 */
import { type Cycles, NEVER } from '../contracts/units.ts';
import type { Harts } from './harts.ts';
import type { Kernel } from './kernel.ts';

/** Cycles by which a hart may run ahead of the one that lags most. */
const LOOKAHEAD = 20_000;

/** The instant of a hart's next event; the first hart also keeps the timers and hears the devices. */
export function eventAt(k: Kernel, harts: Harts, hart: number): Cycles {
  const own = harts.readyAt(hart);
  if (hart !== 0 || own !== NEVER) return own;
  return Math.max(harts.clockOf(0), Math.min(k.waiting.nextDeadline(), k.devices.next()));
}

/** The hart whose event comes first, or -1 when nothing is to come. */
export function nextHart(k: Kernel, harts: Harts): number {
  let found = -1;
  let earliest = NEVER;
  for (let hart = 0; hart < harts.count; hart++) {
    const event = eventAt(k, harts, hart);
    if (event < earliest) {
      earliest = event;
      found = hart;
    }
  }
  return found;
}

/** How far a hart may go before another must catch up. */
export function horizonOf(k: Kernel, harts: Harts, hart: number): Cycles {
  let nearest = NEVER;
  for (let other = 0; other < harts.count; other++)
    if (other !== hart) nearest = Math.min(nearest, eventAt(k, harts, other));
  return nearest + LOOKAHEAD;
}
