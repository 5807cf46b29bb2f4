/**
 * Traps of programs: what the processor came back with becomes a request to the personality or to the kernel.
 *
 * In real memory a trap goes where its vector leads, which a program may have changed (resident.ts). The fetch of the vector
 * is a part of the price of the call, as that of any call through memory.
 */
import { TrapCause } from '../contracts/machine.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import { personality, trap } from './entry.ts';
import type { Kernel } from './kernel.ts';
import { enterNative } from './native/index.ts';
import { mayAskPersonality } from './native/service-rights.ts';
import { Thread } from './objects.ts';
import { Entry, type EntryAddress, follow, Vector } from './resident.ts';
import { takeServerTrap } from './user-servers.ts';

/** The running thread's program has trapped. For what a server's program may not do, what it was: the server's end. */
export type TakeTrap = (thread: PhysicalAddress) => string | undefined;

/** Made for a kernel, as execution.ts is. */
export function takeTrapOf(kernel: Kernel): TakeTrap {
  const { u32 } = kernel.meter.observer;
  const { frame: FRAME } = Thread.cells;
  return (thread) => {
    if (u32[(thread >>> 2) + FRAME] !== 0) return takeServerTrap(kernel, thread);
    const { cause, valueLow, valueHigh } = kernel.processor.trap;
    const isCall = cause === TrapCause.userCall;
    if (isCall) {
      const context = kernel.threads.context(thread);
      context.skipCall();
      if (enterNative(kernel, thread, context)) return undefined;
    }
    const entry = entryOf(kernel, cause, isCall);
    if (entry === Entry.exception) kernel.enter(thread, trap, { cause, valueLow, valueHigh });
    else if (entry === Entry.systemCall && mayAskPersonality(kernel, thread))
      kernel.enter(thread, personality.systemCall, {});
    // The service of an interrupt has nothing to do for a program.
    return undefined;
  };
}

function entryOf(kernel: Kernel, cause: number, isCall: boolean): EntryAddress {
  if (!kernel.hasRealMemory) return isCall ? Entry.systemCall : Entry.exception;
  if (isCall) return follow(kernel.memory, Vector.systemCall, 'a system call');
  return follow(kernel.memory, cause, 'an exception');
}

/** An interrupt of the timer or the keyboard goes where its vector leads, too: throws when that is nowhere. */
export function followInterrupt(kernel: Kernel, source: 'timer' | 'keyboard'): void {
  if (kernel.hasRealMemory) follow(kernel.memory, Vector[source], `the ${source}`);
}
