/**
 * The loop of turns, and one turn: the hart that lags most becomes active, hears what is due, passes through the scheduler when
 * asked, and executes until an exact cycle. Made for a kernel, as execution.ts is; what is rare is the executive's.
 */
import type { Cycles } from '../contracts/units.ts';
import { type Execute, type ExecutionRarities, executeOf } from './execution.ts';
import type { Harts } from './harts.ts';
import type { Kernel } from './kernel.ts';
import { type Lookahead, lookaheadOf } from './lookahead.ts';
import { Hart, KernelRoot } from './objects.ts';
import { checkStarvation } from './starvation.ts';

/** Why the executive came back. */
export type Stop =
  /** The first process has ended, or the kernel has panicked: the root says with what. */
  | 'ended'
  /** Nothing can happen any more without the outside world. */
  | 'quiet'
  /** All harts idle until a deadline, and the caller wanted to be asked before time passes. */
  | 'idle'
  /** The instruction count given was reached. */
  | 'instructions'
  /** The host's share was used up; call again. */
  | 'share';

/** What turns leave to the executive. */
export interface Rarities extends ExecutionRarities {
  /** Another hart becomes the active one. */
  activate(hart: number): void;
  /** Charges the active hart's idling up to an instant. */
  idleUntil(instant: Cycles): void;
  /** Fires devices and timers that are due. */
  fireDevices(hart: number): void;
  fireTimers(hart: number): void;
  /** The slice of the running thread is over. */
  expire(hart: number): void;
  /** A hart is asked to look again. */
  schedule(hart: number): void;
  /** Do all harts idle until a deadline? */
  onlyTimers(hart: number): boolean;
}

/**
 * Runs until something of Stop; `stopAt` counts instructions retired by all harts, `share` turns of the loop. With `holdIdle`,
 * stops before all harts idle until a deadline.
 */
export type Run = (stopAt: number, share: number, holdIdle?: boolean) => Stop;

export function runOf(kernel: Kernel, harts: Harts, rare: Rarities): Run {
  const { u32, f64 } = kernel.meter.observer;
  const { activeCell, turnEndCell, addressOf, instructions } = harts;
  const lookahead = lookaheadOf(kernel, harts);
  const execute = executeOf(kernel, harts, rare);
  const turn = turnOf(kernel, harts, rare, lookahead, execute);
  const plainTurn = plainTurnOf(kernel, harts, lookahead, execute);
  const ending = (kernel.rootAddress >>> 2) + KernelRoot.cells.ending;
  const threadOf = (hart: number): number => u32[(addressOf(hart) >>> 2) + Hart.cells.thread] as number;
  const goesOn = (stopAt: number): boolean => {
    const until = f64[turnEndCell] as number;
    if (until === 0) return plainTurn(stopAt);
    // The rest of a turn that was cut at a number of instructions.
    f64[turnEndCell] = 0;
    const hart = u32[activeCell] as number;
    execute(hart, threadOf(hart), until, stopAt);
    return true;
  };
  return (stopAt, share, holdIdle = false) => {
    for (let left = share; left > 0; left--) {
      if (u32[ending] !== 0) return 'ended';
      if (instructions() >= stopAt) return 'instructions';
      if (goesOn(stopAt)) continue;
      const hart = lookahead.nextHart();
      if (hart < 0) return 'quiet';
      if (holdIdle && threadOf(hart) === 0 && rare.onlyTimers(hart)) return 'idle';
      turn(hart, stopAt);
    }
    return 'share';
  };
}

function turnOf(
  kernel: Kernel,
  { addressOf, activeCell }: Harts,
  rare: Rarities,
  { eventAt, horizonOf, nextInterrupt }: Lookahead,
  execute: Execute,
): (hart: number, stopAt: number) => void {
  const { u32, f64 } = kernel.meter.observer;
  const { clockCell } = kernel.meter;
  const { thread: THREAD, sliceEnd: SLICE_END, reschedule: RESCHEDULE } = Hart.cells;
  const starvation = (kernel.rootAddress >>> 3) + KernelRoot.cells.starvationCheck;
  return (hart, stopAt) => {
    const event = eventAt(hart);
    const horizon = horizonOf(hart);
    if (u32[activeCell] !== hart) rare.activate(hart);
    if (event > (f64[clockCell] as number)) rare.idleUntil(event);
    if (nextInterrupt(hart) <= (f64[clockCell] as number)) {
      rare.fireDevices(hart);
      rare.fireTimers(hart);
    }
    const record = addressOf(hart);
    const thread = (record >>> 2) + THREAD;
    const sliceEnd = (record >>> 3) + SLICE_END;
    const isOver = (f64[clockCell] as number) >= (f64[sliceEnd] as number);
    if (isOver && u32[thread] !== 0) rare.expire(hart);
    if (u32[thread] === 0 || u32[(record >>> 2) + RESCHEDULE] !== 0) rare.schedule(hart);
    if ((f64[clockCell] as number) >= (f64[starvation] as number)) checkStarvation(kernel);
    if (u32[thread] === 0) return;
    const own = Math.min(f64[sliceEnd] as number, f64[starvation] as number);
    execute(hart, u32[thread] as number, Math.min(horizon, own, nextInterrupt(hart)), stopAt);
  };
}

/**
 * Turns that nothing comes before, of a machine with one hart: its thread just goes on. Gives whether there was one; else nothing has
 * happened. Most turns are such ones.
 */
function plainTurnOf(
  kernel: Kernel,
  { addressOf, activeCell, count }: Harts,
  { nextInterrupt }: Lookahead,
  execute: Execute,
): (stopAt: number) => boolean {
  if (count !== 1) return () => false;
  const { u32, f64 } = kernel.meter.observer;
  const { clockCell } = kernel.meter;
  const { thread: THREAD, sliceEnd: SLICE_END, reschedule: RESCHEDULE } = Hart.cells;
  const record = addressOf(0);
  const threadCell = (record >>> 2) + THREAD;
  const reschedule = (record >>> 2) + RESCHEDULE;
  const sliceEnd = (record >>> 3) + SLICE_END;
  const starvation = (kernel.rootAddress >>> 3) + KernelRoot.cells.starvationCheck;
  return (stopAt) => {
    const thread = u32[threadCell] as number;
    if (thread === 0 || u32[reschedule] !== 0 || u32[activeCell] !== 0) return false;
    const until = Math.min(f64[sliceEnd] as number, f64[starvation] as number, nextInterrupt(0));
    if ((f64[clockCell] as number) >= until) return false;
    execute(0, thread, until, stopAt);
    return true;
  };
}
