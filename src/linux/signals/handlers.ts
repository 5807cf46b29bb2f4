/** Signal actions of a process: a table that threads share and processes copy. One page, 24 bytes for each signal. */
import { Primitive } from '../../contracts/accounting.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';
import { SIGNAL_COUNT } from './numbers.ts';

/** One signal's action as rt_sigaction(2) sets it. */
export const SignalAction = record('SignalAction', {
  handler: 'integer',
  flags: 'u32',
  unused: 'u32',
  maskLow: 'u32',
  maskHigh: 'u32',
});

/** The table's head is 8 bytes, so that the actions behind it are aligned. */
export const HandlerTable = record('HandlerTable', {
  references: 'integer',
  actions: { array: 'u8', length: SIGNAL_COUNT * SignalAction.size },
});

/** Handlers that are no addresses. */
export const SIGNAL_DEFAULT = 0;
export const SIGNAL_IGNORE = 1;

/** Flags of an action (SA_*), and all that the kernel keeps. */
export const ActionFlag = {
  noChildStop: 1,
  noChildWait: 2,
  information: 4,
  exposeTagBits: 0x800,
  onStack: 0x0800_0000,
  restart: 0x1000_0000,
  noDefer: 0x4000_0000,
  resetHandler: 0x8000_0000,
} as const;
export const ACTION_FLAGS = Object.values(ActionFlag).reduce((bits, flag) => bits | flag, 0) >>> 0;

export function actionAt(k: Kernel, handlers: PhysicalAddress, signal: number) {
  return SignalAction.at(
    k.store,
    HandlerTable.at(k.store, handlers).actions + (signal - 1) * SignalAction.size,
  );
}

/** A table of default actions, or 0. */
export function createHandlers(k: Kernel): PhysicalAddress {
  const frame = k.frames.allocate(k.homeOf('linux'), FrameUse.slab);
  if (frame === 0) return 0;
  HandlerTable.at(k.store, frame * PAGE_SIZE).references = 1;
  return frame * PAGE_SIZE;
}

export function shareHandlers(k: Kernel, handlers: PhysicalAddress): PhysicalAddress {
  HandlerTable.at(k.store, handlers).references += 1;
  return handlers;
}

/** A copy of its own; with `clear`, handlers go back to the default action. 0 when there is no memory. */
export function copyHandlers(k: Kernel, handlers: PhysicalAddress, clear: boolean): PhysicalAddress {
  const copy = createHandlers(k);
  if (copy === 0) return 0;
  const size = SIGNAL_COUNT * SignalAction.size;
  k.memory.copy(HandlerTable.at(k.store, copy).actions, HandlerTable.at(k.store, handlers).actions, size);
  k.meter.charge(Primitive.wordCopied, size / 8);
  if (clear) resetHandlers(k, copy);
  return copy;
}

export function releaseHandlers(k: Kernel, handlers: PhysicalAddress): void {
  if (handlers === 0) return;
  const table = HandlerTable.at(k.store, handlers);
  table.references -= 1;
  if (table.references === 0) k.frames.release(handlers / PAGE_SIZE);
}

/** What exec does: signals that are caught go back to the default action, those ignored stay so. */
export function resetHandlers(k: Kernel, handlers: PhysicalAddress): void {
  for (let signal = 1; signal <= SIGNAL_COUNT; signal++) {
    const action = actionAt(k, handlers, signal);
    if (action.handler > SIGNAL_IGNORE) action.handler = SIGNAL_DEFAULT;
    action.flags = 0;
    action.maskLow = 0;
    action.maskHigh = 0;
  }
}

/**
 * The table of a process that execs, which is its own from then on: one that other processes share is copied first. 0 when
 * there is no memory for the copy.
 */
export function handlersForExec(k: Kernel, handlers: PhysicalAddress): PhysicalAddress {
  if (HandlerTable.at(k.store, handlers).references === 1) {
    resetHandlers(k, handlers);
    return handlers;
  }
  const copy = copyHandlers(k, handlers, true);
  if (copy !== 0) releaseHandlers(k, handlers);
  return copy;
}
