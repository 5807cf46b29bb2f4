/**
 * Whose turn it is: the hart that lags most goes next, and how far it may run ahead of the others. Ties go by number, so
 * that the interleaving is the same in every run. Made for a kernel, as all that every turn needs (execution.ts).
 */
import { type Cycles, NEVER } from '../contracts/units.ts';
import type { Harts } from './harts.ts';
import type { Kernel } from './kernel.ts';
import { Hart } from './objects.ts';

/** Cycles by which a hart may run ahead of the one that lags most. */
const LOOKAHEAD = 20_000;

export interface Lookahead {
  /** The next instant at which a hart hears from outside: the first one keeps the timers and hears the devices. */
  nextInterrupt(hart: number): Cycles;
  /** The instant of a hart's next event. */
  eventAt(hart: number): Cycles;
  /** The hart whose event comes first, or -1 when nothing is to come. */
  nextHart(): number;
  /** How far a hart may go before another must catch up. */
  horizonOf(hart: number): Cycles;
}

export function lookaheadOf({ waiting, devices, meter }: Kernel, harts: Harts): Lookahead {
  const { nextDeadline } = waiting;
  const { u32, f64 } = meter.observer;
  const { count, addressOf, activeCell } = harts;
  const { clockCell } = meter;
  const { thread: THREAD, reschedule: RESCHEDULE, wakeAt: WAKE_AT, clock: CLOCK } = Hart.cells;
  const nextInterrupt = (hart: number): Cycles =>
    hart === 0 ? Math.min(nextDeadline(), devices.next()) : NEVER;
  const eventAt = (hart: number): Cycles => {
    const record = addressOf(hart);
    const clock = f64[u32[activeCell] === hart ? clockCell : (record >>> 3) + CLOCK] as number;
    if (u32[(record >>> 2) + THREAD] !== 0) return clock;
    const wakeAt = u32[(record >>> 2) + RESCHEDULE] === 0 ? NEVER : (f64[(record >>> 3) + WAKE_AT] as number);
    return Math.max(clock, wakeAt === NEVER ? nextInterrupt(hart) : wakeAt);
  };
  const nextHart = (): number => {
    let found = -1;
    let earliest = NEVER;
    for (let hart = 0; hart < count; hart++) {
      const event = eventAt(hart);
      if (event >= earliest) continue;
      earliest = event;
      found = hart;
    }
    return found;
  };
  const horizonOf = (hart: number): Cycles => {
    let nearest = NEVER;
    for (let other = 0; other < count; other++)
      if (other !== hart) nearest = Math.min(nearest, eventAt(other));
    return nearest + LOOKAHEAD;
  };
  return { nextInterrupt, eventAt, nextHart, horizonOf };
}
