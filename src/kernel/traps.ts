/**
 * Traps of programs: what the processor came back with becomes a request to the personality or to the kernel.
 *
 * In real memory a trap goes where its vector leads, which a program may have changed (resident.ts). The fetch of the vector
 * is a part of the price of the call, as that of any call through memory.
 */
import { CONTEXT_PC, TrapCause } from '../contracts/machine.ts';
import { FIRST_NATIVE_CALL } from '../contracts/native.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import { CONTEXT_OFFSET } from './context.ts';
import { personality, trap } from './entry.ts';
import type { Kernel } from './kernel.ts';
import { enterNative } from './native/index.ts';
import { mayAskPersonalityOf } from './native/service-rights.ts';
import { Thread } from './objects.ts';
import { Entry, type EntryAddress, follow, Vector } from './resident.ts';
import { takeServerTrap } from './user-servers.ts';

const NOTHING = {};
/** Words of a context: pc, and the number of a call in a7. */
const PC = CONTEXT_PC / 4;
const NUMBER = 17 * 2;
const CALL_BYTES = 4;

/** The running thread's program has trapped. For what a server's program may not do, what it was: the server's end. */
export type TakeTrap = (thread: PhysicalAddress) => string | undefined;

/** Made for a kernel, as execution.ts is. */
export function takeTrapOf(kernel: Kernel): TakeTrap {
  const { processor, requests, hasRealMemory } = kernel;
  const { u32 } = kernel.meter.observer;
  const { frame: FRAME, stack: STACK } = Thread.cells;
  const mayAsk = mayAskPersonalityOf(kernel);
  /** A program goes on behind its `ecall`. */
  const skip = (context: number): void => {
    const next = (u32[context + PC] as number) + CALL_BYTES;
    u32[context + PC] = next;
    if (next >= 2 ** 32) u32[context + PC + 1] = (u32[context + PC + 1] as number) + 1;
  };
  return (thread) => {
    if (u32[(thread >>> 2) + FRAME] !== 0) return takeServerTrap(kernel, thread);
    const isCall = processor.trapCause === TrapCause.userCall;
    if (isCall) {
      const context = ((u32[(thread >>> 2) + STACK] as number) + CONTEXT_OFFSET) >>> 2;
      skip(context);
      if (
        (u32[context + NUMBER] as number) >= FIRST_NATIVE_CALL &&
        enterNative(kernel, thread, kernel.threads.context(thread))
      )
        return undefined;
    }
    const entry = hasRealMemory ? vectorOf(kernel, isCall) : isCall ? Entry.systemCall : Entry.exception;
    if (entry === Entry.exception) {
      const { cause, valueLow, valueHigh } = processor.trap;
      requests.enter(thread, trap, { cause, valueLow, valueHigh });
    } else if (entry === Entry.systemCall && mayAsk(thread))
      requests.enter(thread, personality.systemCall, NOTHING);
    // The service of an interrupt has nothing to do for a program.
    return undefined;
  };
}

function vectorOf(kernel: Kernel, isCall: boolean): EntryAddress {
  if (isCall) return follow(kernel.memory, Vector.systemCall, 'a system call');
  return follow(kernel.memory, kernel.processor.trapCause, 'an exception');
}

/** An interrupt of the timer or the keyboard goes where its vector leads, too: throws when that is nowhere. */
export function followInterrupt(kernel: Kernel, source: 'timer' | 'keyboard'): void {
  if (kernel.hasRealMemory) follow(kernel.memory, Vector[source], `the ${source}`);
}
