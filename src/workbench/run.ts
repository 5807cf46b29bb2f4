/**
 * Running a system to its end, and the outside world's part in it: input when the guest waits for it, real pace when asked.
 *
 * While a guest waits for input, virtual time stands still. Under real pace a deadline is awaited before time jumps to it.
 */
import { KernelRoot } from '../kernel/objects.ts';
import type { System } from './system.ts';

export interface RunLimits {
  /** Instructions retired by all harts; Infinity is none. */
  readonly maxInstructions: number;
  /** Does idle time take as long as on a clock? */
  readonly realPace: boolean;
}

export type RunEnd =
  /** The main program has ended: its wait(2) status. */
  | { readonly reason: 'ended'; readonly status: number }
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

/** Runs until the main program ends or a limit is reached. A machine stopped at a limit can be run on. */
export async function runToEnd(system: System, limits: RunLimits): Promise<RunEnd> {
  const { executive } = system;
  const { console } = system.parts.world;
  const interactive = console.terminal[0];
  for (;;) {
    const stop = executive.run(limits.maxInstructions, SHARE, true);
    if (stop === 'ended') return { reason: 'ended', status: endingOf(system) - 1 };
    if (stop === 'instructions') return { reason: 'instructions' };
    if (stop === 'idle') await holdIdle(system, limits);
    else if (stop === 'quiet') {
      if (!system.inputHeard()) return { reason: 'standstill' };
      await console.arrival();
      takeInput(system);
    } else if (interactive) {
      await breathe();
      if (system.inputHeard()) takeInput(system);
    }
  }
}

function endingOf(system: System): number {
  return KernelRoot.at(system.meter.observer, system.layout.root).ending;
}
