/**
 * Switches: from one thread to another on a hart, with what they cost, and the address space that is in force.
 *
 * Rules of use: a thread's address space is in force before its program or its steps run; charges go to whom the meter has
 * been told of, the thread that is switched to.
 */
import { Phase, Primitive } from '../contracts/accounting.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import type { Harts } from './harts.ts';
import type { Kernel } from './kernel.ts';
import { AddressSpace, Domain, Hart, KernelRoot, RunnerKind, Thread } from './objects.ts';

/** Registers of a switch between threads: those a C function keeps, and the float registers of programs. */
const SWITCHED_REGISTERS = 14;
const FLOAT_REGISTERS = 33;

const { lastThread: LAST_THREAD } = Hart.cells;

/** Charges the switch to a thread, when it is another one than the hart ran last, and puts its address space in force. */
export function switchTo(kernel: Kernel, harts: Harts, hart: number, thread: PhysicalAddress): void {
  const { u32 } = kernel.meter.observer;
  if (u32[(harts.addressOf(hart) >>> 2) + LAST_THREAD] !== thread) {
    // What another thread has reserved is not this one's to store to. Traps have broken reservations already.
    kernel.processor.clearReservation();
    countSwitch(kernel, harts, hart, thread);
    kernel.meter.charge(Primitive.registerSaved, SWITCHED_REGISTERS);
    kernel.meter.charge(Primitive.registerRestored, SWITCHED_REGISTERS);
    switchFloats(kernel, harts, hart, thread);
  }
  useSpaceOf(kernel, harts, hart, thread);
}

function countSwitch(kernel: Kernel, harts: Harts, hart: number, thread: PhysicalAddress): void {
  const { u32, f64 } = kernel.meter.observer;
  const record = thread >>> 2;
  (f64[(kernel.rootAddress >>> 3) + KernelRoot.cells.switches] as number) += 1;
  (u32[record + Thread.cells.switches] as number) += 1;
  u32[(harts.addressOf(hart) >>> 2) + LAST_THREAD] = thread;
  const beneficiary = u32[record + Thread.cells.beneficiary] as number;
  kernel.meter.select(kernel.domainOfPlan(1), beneficiary, Phase.service);
}

/**
 * Float registers stay a program's until another runs that uses them: servers do not touch them, and what is in its initial state
 * need not be switched (RISC-V privileged manual, mstatus.FS).
 */
function switchFloats(kernel: Kernel, harts: Harts, hart: number, thread: PhysicalAddress): void {
  const { threads, meter } = kernel;
  const { u32, u8 } = meter.observer;
  if (u8[thread + Thread.cells.runner] !== RunnerKind.riscv) return;
  if (u32[(harts.addressOf(hart) >>> 2) + Hart.cells.floatOwner] === thread) return;
  if (threads.context(thread).hasInitialFloats) return;
  const record = harts.at(hart);
  if (record.floatOwner !== 0) meter.charge(Primitive.registerSaved, FLOAT_REGISTERS);
  meter.charge(Primitive.registerRestored, FLOAT_REGISTERS);
  record.floatOwner = thread;
}

export function useSpaceOf(kernel: Kernel, harts: Harts, hart: number, thread: PhysicalAddress): void {
  const { u32 } = kernel.meter.observer;
  const domain = u32[(thread >>> 2) + Thread.cells.domain] as number;
  const space = u32[(domain >>> 2) + Domain.cells.space] as number;
  if (space === 0) return;
  const inForce = u32[(harts.addressOf(hart) >>> 2) + Hart.cells.spaceTag];
  if (inForce === u32[(space >>> 2) + AddressSpace.cells.tag]) return;
  const { kind, root, tag, small } = AddressSpace.at(kernel.meter.observer, space);
  const record = harts.at(hart);
  record.space = space;
  record.spaceTag = tag;
  kernel.processor.useSpace(kind as 2, root, tag, small !== 0);
}

/** The hart was handed over: the switch to its thread is made. */
export function arrive(kernel: Kernel, harts: Harts, hart: number, thread: PhysicalAddress): void {
  const record = harts.at(hart);
  record.handed = 0;
  countSwitch(kernel, harts, hart, thread);
  switchFloats(kernel, harts, hart, thread);
  useSpaceOf(kernel, harts, hart, thread);
  kernel.meter.settle();
}
