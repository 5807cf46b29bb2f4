/**
 * Native calls: which number leads to which of the kernel's operations, under a structure that has the interface.
 *
 * Rules of use: `takeTrap` asks `enterNative` about every system call; what it does not take is the personality's.
 */
import { FIRST_NATIVE_CALL, hasInterface, NATIVE_CALLS, NATIVE_CALLS_END } from '../../contracts/native.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Context } from '../context.ts';
import type { Kernel } from '../kernel.ts';
import { KernelRoot } from '../objects.ts';
import type { Operation } from '../operation.ts';
import { argumentsOf, type NativeCall } from './call.ts';
import { ipcCall } from './ipc.ts';
import { fastIpc, type IpcArguments } from './ipc-fast.ts';
import { messageCall } from './messages.ts';
import { objectCalls } from './object-calls.ts';
import { objectFaultOperation } from './object-fault.ts';
import { portCalls } from './port-calls.ts';
import { schedulingCalls } from './scheduling-calls.ts';
import { threadCalls } from './thread-calls.ts';
import { unmapCall } from './unmap.ts';

const A7 = 17;

const calls: readonly NativeCall[] = [
  messageCall,
  ...portCalls,
  ...objectCalls,
  ipcCall,
  unmapCall,
  ...threadCalls,
  ...schedulingCalls,
];
const byNumber: ReadonlyMap<number, NativeCall> = new Map(calls.map((call) => [call.number, call]));

/** The operations of the native interfaces, for the kernel's service. */
export const nativeOperations: readonly Operation[] = [
  ...calls.map((call) => call.operation),
  objectFaultOperation,
];

/** Counts a call by its number, whoever answers it. */
function count(k: Kernel, number: number): void {
  const { nativeCalls } = KernelRoot.at(k.meter.observer, k.rootAddress);
  (k.memory.f64[nativeCalls / 8 + number - FIRST_NATIVE_CALL] as number) += 1;
}

/** How L4's calls are entered: keeping few registers, where the structure has that path. */
function gateFor(k: Kernel): 'trap' | 'shortTrap' {
  return (k.structure.mechanisms ?? []).includes('fastPath') ? 'shortTrap' : 'trap';
}

/** Takes a system call of a program if its number is of the structure's own interface. False: it is the personality's. */
export function enterNative(k: Kernel, thread: PhysicalAddress, context: Context): boolean {
  const number = context.low(A7);
  if (number < FIRST_NATIVE_CALL || number >= NATIVE_CALLS_END || context.high(A7) !== 0) return false;
  const known = NATIVE_CALLS.get(number);
  if (known === undefined) return false;
  count(k, number);
  const call = byNumber.get(number);
  if (call === undefined || !hasInterface(known.interface, k.structure.native)) return false;
  const request = argumentsOf(context, call);
  k.nativeTracer?.enterNative(k, thread, known.name, request);
  if (call === ipcCall && fastIpc(k, thread, request as unknown as IpcArguments)) return true;
  if (call.gate === undefined) k.enter(thread, call.operation.reference, request);
  else k.requests.enterBy(gateFor(k), thread, call.operation.reference, request);
  return true;
}
