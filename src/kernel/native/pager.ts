/**
 * Pagers: a fault in a thread's windows becomes a message of that thread to its pager, and the pager's answer, a page, mends it.
 *
 * The message has the address (bit 1: it was to be written, bit 0: executed) and the program counter. An answer without a page makes
 * the thread fault again. Without a pager, or when that is gone, the fault is an exception like any other.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import { WINDOWS_START } from '../../contracts/page-table.ts';
import type { VirtualAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { FOR_EVER, ipcCall } from './ipc.ts';
import { IpcResult } from './ipc-queues.ts';
import { type IpcView, ipcAt } from './thread-numbers.ts';

const FAULT_BITS: { readonly [access: number]: number } = {
  [Access.read]: 0,
  [Access.execute]: 1,
  [Access.write]: 2,
};

/** The thread that has faulted, if a pager of its own is to be asked. */
function pagedThread(k: Kernel, address: VirtualAddress): IpcView | undefined {
  if (address < WINDOWS_START) return undefined;
  const { ipc } = k.threads.at(k.thread);
  const view = ipc === 0 ? undefined : ipcAt(k, ipc);
  return view !== undefined && view.pager !== 0 ? view : undefined;
}

/** The request that asks a thread's pager for a page, or undefined when the memory service is to be asked. */
export function pagerRequest(k: Kernel, address: VirtualAddress, access: number) {
  const view = pagedThread(k, address);
  if (view === undefined) return undefined;
  view.faulting = 1;
  view.faultWord = address - (address % 4) + (FAULT_BITS[access] as number);
  view.faultCounter = k.threads.context(k.thread).pc;
  const { pager } = view;
  return { to: pager, from: pager, timeouts: FOR_EVER, long: 0 };
}

/** The pager has answered, or will not: 0 when the program may try again, else an ErrorNumber. */
export function pagerAnswered(k: Kernel, result: number): number {
  ipcAt(k, k.threads.at(k.thread).ipc).faulting = 0;
  const phase = result % IpcResult.receiving;
  return phase === IpcResult.success || phase === IpcResult.cancelled ? 0 : ErrorNumber.EFAULT;
}

export const pagerCall = ipcCall.operation.reference;
