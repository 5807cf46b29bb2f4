/** The way into the kernel's mode and back out of it: what every gate through the kernel pays for. */
import { Primitive } from '../../contracts/accounting.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { GateCharges } from '../gate.ts';
import type { Kernel } from '../kernel.ts';
import { Domain } from '../objects.ts';

/** Registers that a trap handler must keep: x1 to x31 and the pc. Float registers are switched with the thread. */
export const TRAP_REGISTERS = 32;

/** What a short path keeps of a thread: program counter, stack pointer, and two that stay the same (gp, tp). */
export const FAST_REGISTERS = 4;

/** What is charged for it, with the stack's place not reached through translation. */
export function entryCharges(registers: number): GateCharges {
  return [
    [Primitive.trapEntry, 1],
    [Primitive.registerSaved, registers],
  ];
}

export function returnCharges(registers: number): GateCharges {
  return [
    [Primitive.registerRestored, registers],
    [Primitive.trapReturn, 1],
  ];
}

export function enterKernel(k: Kernel, registers: number): void {
  k.meter.charge(Primitive.trapEntry, 1);
  k.meter.charge(Primitive.registerSaved, registers);
  reachStack(k, true);
}

export function leaveKernel(k: Kernel, registers: number): void {
  reachStack(k, false);
  k.meter.charge(Primitive.registerRestored, registers);
  k.meter.charge(Primitive.trapReturn, 1);
}

/** Does a domain run in user mode, so that the kernel is entered and left for it? */
export function isUser(k: Kernel, domain: PhysicalAddress): boolean {
  return k.meter.observer.u32[(domain >>> 2) + Domain.cells.privilege] === 0;
}

/** Registers are kept in the kernel-stack page of whoever executes. */
function reachStack(k: Kernel, writing: boolean): void {
  const { reach } = k.meter;
  const { executor } = k;
  if (reach !== undefined && executor !== 0) reach.range(k.threads.observe(executor).stack, 8, writing);
}
