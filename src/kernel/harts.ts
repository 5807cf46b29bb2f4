/**
 * Harts as the kernel keeps them: their clocks, what they run, and which of them is active.
 *
 * The host simulates one hart at a time: the active one, whose clock is in the meter. The one that lags most goes next, for
 * a fixed lookahead, ties by number, so that the interleaving is the same in every run.
 */
import type { ViewOf } from '../contracts/records.ts';
import { type Cycles, NEVER, type PhysicalAddress } from '../contracts/units.ts';
import type { Meter } from './meter.ts';
import { Hart, MeterCells, Reschedule } from './objects.ts';
import type { RecordStore } from './records.ts';

const { clock: CLOCK, wakeAt: WAKE_AT, thread: THREAD, reschedule: RESCHEDULE } = Hart.cells;

/** Bytes between the records of two harts. */
export const HART_STRIDE = Math.ceil(Hart.size / 64) * 64;

export class Harts {
  readonly count: number;
  readonly #meter: Meter;
  readonly #cells: PhysicalAddress;
  /** Index of the cells in the store's `u32` and `f64` that the getters `active` and `turnEnd` read. */
  readonly activeCell: number;
  readonly turnEndCell: number;
  /** Address of a hart's record. */
  readonly addressOf: (hart: number) => PhysicalAddress;
  /** Instructions retired by all harts. */
  readonly instructions: () => number;

  /** @param first address of hart 0's record; the others follow at HART_STRIDE. */
  constructor(meter: Meter, first: PhysicalAddress, cells: PhysicalAddress, count: number) {
    this.#meter = meter;
    this.#cells = cells;
    this.activeCell = (cells + MeterCells.offsets.activeHart) >>> 2;
    this.turnEndCell = (cells + MeterCells.offsets.turnEnd) >>> 3;
    this.count = count;
    this.addressOf = (hart) => first + hart * HART_STRIDE;
    this.instructions = instructionsOf(meter.observer, first, count);
  }

  at(hart: number): ViewOf<typeof Hart.schema> {
    return Hart.at(this.#meter.observer, this.addressOf(hart));
  }

  get active(): number {
    return this.#meter.observer.u32[this.activeCell] as number;
  }

  /** Where the active hart's turn ends that was cut at a number of instructions and goes on; 0 for none. */
  get turnEnd(): Cycles {
    return this.#meter.observer.f64[this.turnEndCell] as number;
  }

  set turnEnd(instant: Cycles) {
    this.#meter.observer.f64[this.turnEndCell] = instant;
  }

  /** Makes a hart the active one: the meter takes up its clock. */
  activate(hart: number): void {
    this.park();
    const cells = MeterCells.at(this.#meter.observer, this.#cells);
    const record = this.at(hart);
    cells.activeHart = hart;
    cells.account = record.account;
    this.#meter.clock = record.clock;
  }

  /** Writes the active hart's clock back to its record. */
  park(): void {
    const cells = MeterCells.at(this.#meter.observer, this.#cells);
    const record = this.at(cells.activeHart);
    record.clock = cells.clock;
    record.account = cells.account;
  }

  /** The instant at which a hart has something to do: its clock when it is busy, NEVER when it has nothing. */
  readyAt(hart: number): Cycles {
    const { u32, f64 } = this.#meter.observer;
    const record = this.addressOf(hart);
    const clock = this.clockOf(hart);
    if (u32[(record >>> 2) + THREAD] !== 0) return clock;
    if (u32[(record >>> 2) + RESCHEDULE] === 0) return NEVER;
    return Math.max(clock, f64[(record >>> 3) + WAKE_AT] as number);
  }

  clockOf(hart: number): Cycles {
    if (hart === this.active) return this.#meter.clock;
    return this.#meter.observer.f64[(this.addressOf(hart) >>> 3) + CLOCK] as number;
  }

  /** The idle hart, among those of an affinity mask, that has been idle longest; -1 when all are busy. */
  idleAmong(affinity: number): number {
    let found = -1;
    for (let hart = 0; hart < this.count; hart++) {
      const { u32 } = this.#meter.observer;
      const cells = this.addressOf(hart) >>> 2;
      if (((affinity >>> hart) & 1) === 0 || u32[cells + THREAD] !== 0) continue;
      const reschedule = u32[cells + RESCHEDULE] as number;
      if (reschedule !== Reschedule.none && reschedule !== Reschedule.later) continue;
      if (found < 0 || this.clockOf(hart) < this.clockOf(found)) found = hart;
    }
    return found;
  }

  /** Asks a hart to pass through the scheduler, not before `now`. */
  askToReschedule(hart: number, now: Cycles): void {
    const { u32, f64 } = this.#meter.observer;
    const record = this.addressOf(hart);
    const reschedule = (record >>> 2) + RESCHEDULE;
    const wakeAt = (record >>> 3) + WAKE_AT;
    // Who idles until later is asked sooner.
    f64[wakeAt] = u32[reschedule] === Reschedule.later ? now : Math.max(f64[wakeAt] as number, now);
    if (u32[reschedule] !== Reschedule.yielded) u32[reschedule] = Reschedule.asked;
  }

  /** A hart passes through the scheduler now: says as what its thread goes back to the policy. */
  heard(hart: number): 'yielded' | 'preempted' {
    const { u32, f64 } = this.#meter.observer;
    const record = this.addressOf(hart);
    const yielded = u32[(record >>> 2) + RESCHEDULE] === Reschedule.yielded;
    u32[(record >>> 2) + RESCHEDULE] = Reschedule.none;
    f64[(record >>> 3) + WAKE_AT] = 0;
    return yielded ? 'yielded' : 'preempted';
  }

  /** Has an idle hart ask the policy again at an instant. */
  askLater(hart: number, instant: Cycles): void {
    const record = this.at(hart);
    record.reschedule = Reschedule.later;
    record.wakeAt = instant;
  }
}

function instructionsOf({ f64 }: RecordStore, first: PhysicalAddress, count: number): () => number {
  const { instructions: INSTRUCTIONS } = Hart.cells;
  const only = (first >>> 3) + INSTRUCTIONS;
  if (count === 1) return () => f64[only] as number;
  return () => {
    let total = 0;
    for (let hart = 0; hart < count; hart++)
      total += f64[((first + hart * HART_STRIDE) >>> 3) + INSTRUCTIONS] as number;
    return total;
  };
}
