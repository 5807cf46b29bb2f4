/**
 * Running a system to its end, and the outside world's part in it: input when the guest waits for it, real pace when asked.
 *
 * While a guest waits for input, virtual time stands still. Under real pace a deadline is awaited before time jumps to it.
 */
import { Primitive } from '../contracts/accounting.ts';
import { NEVER } from '../contracts/units.ts';
import { KernelRoot } from '../kernel/objects.ts';
import type { System } from './system.ts';

export interface RunLimits {
  /** Instructions retired by all harts; Infinity is none. */
  readonly maxInstructions: number;
  /** Stops at the end of the first turn in which a hart's clock has come to this cycle. */
  readonly untilCycle?: number;
  /** Does idle time take as long as on a clock? */
  readonly realPace: boolean;
}

export type RunEnd =
  /** The main program has ended: its wait(2) status. */
  | { readonly reason: 'ended'; readonly status: number }
  /** A limit was reached: the number of instructions, or the cycle. */
  | { readonly reason: 'instructions' }
  /** Every thread waits, and nothing is left that could wake one. */
  | { readonly reason: 'standstill' };

/** Turns between two looks at the host. */
const SHARE = 20_000;

/** Takes input that has arrived, as an interrupt of the first hart. */
function takeInput(system: System): void {
  system.executive.interrupt(0, () => system.deliverInput());
}

/** Seconds of virtual time at the next deadline. */
function nextDeadline(system: System): number {
  return system.kernel.waiting.nextDeadline() / system.kernel.hertz;
}

/** All harts idle until a deadline: input comes first when it is wanted; then real time may have to pass. */
async function holdIdle(system: System, { realPace, maxInstructions }: RunLimits): Promise<void> {
  const { world } = system.parts;
  if (realPace) {
    const due = world.pace(nextDeadline(system));
    const arrived = system.inputHeard()
      ? world.console.arrival().then(() => true)
      : new Promise<boolean>(() => undefined);
    if (await Promise.race([due.then(() => false), arrived])) return takeInput(system);
  } else if (system.inputWanted()) {
    await world.console.arrival();
    return takeInput(system);
  }
  system.executive.run(maxInstructions, 1);
}

/** Lets other work of the host happen. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The instruction count at which a turn must end: without a charge in between, no clock passes the wanted cycle. */
function stopAt(system: System, { maxInstructions, untilCycle }: RunLimits): number {
  if (untilCycle === undefined) return maxInstructions;
  const { executive, meter } = system;
  const left = Math.ceil((untilCycle - executive.elapsed()) / (meter.prices[Primitive.instruction] || 1));
  return Math.min(maxInstructions, executive.instructions() + Math.max(1, left));
}

function isReached({ executive }: System, { maxInstructions, untilCycle }: RunLimits): boolean {
  return executive.instructions() >= maxInstructions || executive.elapsed() >= (untilCycle ?? NEVER);
}

/** Lets what is due of the outside happen, after a stop that only it can end or that leaves time for it. */
async function outside(
  system: System,
  limits: RunLimits,
  stop: 'idle' | 'quiet' | 'share',
): Promise<boolean> {
  const { console } = system.parts.world;
  if (stop === 'idle') await holdIdle(system, limits);
  else if (stop === 'quiet') {
    if (!system.inputHeard()) return false;
    await console.arrival();
    takeInput(system);
  } else if (console.terminal[0]) {
    await breathe();
    if (system.inputHeard()) takeInput(system);
  }
  return true;
}

/** Runs until the main program ends or a limit is reached. A machine stopped at a limit can be run on. */
export async function runToEnd(system: System, limits: RunLimits): Promise<RunEnd> {
  const { executive } = system;
  const share = limits.untilCycle === undefined ? SHARE : 1;
  for (;;) {
    const stop = executive.run(stopAt(system, limits), share, true);
    if (stop === 'ended') return { reason: 'ended', status: endingOf(system) - 1 };
    if (isReached(system, limits)) return { reason: 'instructions' };
    if (stop !== 'instructions' && !(await outside(system, limits, stop))) return { reason: 'standstill' };
  }
}

function endingOf(system: System): number {
  return KernelRoot.at(system.meter.observer, system.layout.root).ending;
}
