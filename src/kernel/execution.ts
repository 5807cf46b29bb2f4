/**
 * What a hart does in its turn: its program runs until it traps, or steps are taken on its thread's kernel stack.
 *
 * Each part is made for its kernel, as the ways in and out of a request are (crossings.ts). What is rare (the scheduler, timers,
 * ends) is the executive's, which hands it in.
 */
import { Phase, Primitive } from '../contracts/accounting.ts';
import { ExitReason } from '../contracts/machine.ts';
import { Outcome, type OutcomeNumber } from '../contracts/service.ts';
import type { Cycles, PhysicalAddress } from '../contracts/units.ts';
import { CONTEXT_OFFSET } from './context.ts';
import { PolicyFault } from './decisions.ts';
import { personality } from './entry.ts';
import { carryOut, goneInCircles, MOST_STEPS } from './faults.ts';
import type { Harts } from './harts.ts';
import type { Kernel } from './kernel.ts';
import {
  AddressSpace,
  Domain,
  Hart,
  MessageState,
  MeterCells,
  StackFrame,
  Thread,
  ThreadState,
} from './objects.ts';
import { arrive, useSpaceOf } from './switching.ts';
import { takeTrapOf } from './traps.ts';
import { countServersProgram } from './user-servers.ts';

/** The host's limit to one call of `run`: cycles of one hart's turn. */
export const LONGEST_BUDGET = 0x4000_0000;

/** What execution leaves to the executive. */
export interface ExecutionRarities {
  /** A thread waits: its hart looks for another, unless it was handed to one. */
  leaveHart(hart: number, thread: PhysicalAddress): void;
  /** A server's domain has come to its end. */
  lose(domain: PhysicalAddress, why: string): void;
  /** The thread for which this one works is at its end. */
  bury(hart: number, executor: PhysicalAddress): void;
}

/** Runs a hart's thread until an instant, or until instructions retired by all harts come to `stopAt`. */
export type Execute = (hart: number, thread: PhysicalAddress, until: Cycles, stopAt: number) => void;
type ExecuteSteps = (hart: number, thread: PhysicalAddress, until: Cycles) => void;
type TakeStep = (thread: PhysicalAddress) => OutcomeNumber;

export function executeOf(kernel: Kernel, harts: Harts, rare: ExecutionRarities): Execute {
  const { settle, clockCell } = kernel.meter;
  const { u32, u8, f64 } = kernel.meter.observer;
  const { addressOf } = harts;
  const { witness } = kernel.scheduling;
  const { frame: FRAME, attention: ATTENTION, state: STATE, requester: REQUESTER } = Thread.cells;
  const { message: MESSAGE } = StackFrame.cells;
  const { handed: HANDED } = Hart.cells;
  const executor = (kernel.cells >>> 2) + MeterCells.cells.executor;
  const requester = (kernel.cells >>> 2) + MeterCells.cells.thread;
  const executeSteps = executeStepsOf(kernel, harts, rare);
  const executeProgram = executeProgramOf(kernel, harts, rare);
  return (hart, thread, until, stopAt) => {
    u32[executor] = thread;
    u32[requester] = u32[(thread >>> 2) + REQUESTER] || thread;
    if (u32[(addressOf(hart) >>> 2) + HANDED] !== 0) arrive(kernel, harts, hart, thread);
    const from = f64[clockCell] as number;
    const before = u32[(thread >>> 2) + FRAME] as number;
    if (before !== 0 && u32[(before >>> 2) + MESSAGE] === MessageState.unsent) kernel.requests.send(thread);
    else if (before === 0 && u32[(thread >>> 2) + ATTENTION] !== 0)
      kernel.enter(thread, personality.attention, {});
    const frame = u32[(thread >>> 2) + FRAME] as number;
    if (u8[thread + STATE] !== ThreadState.running) rare.leaveHart(hart, thread);
    else if (frame !== 0 && u32[(frame >>> 2) + MESSAGE] !== MessageState.program)
      executeSteps(hart, thread, until);
    else {
      executeProgram(hart, thread, until, stopAt);
      settle();
      return;
    }
    settle();
    witness?.ran?.(hart, thread, from, f64[clockCell] as number, false);
  };
}

/** Runs steps of the thread's kernel stack until it returns to its program, blocks, ends, or time is up. */
function executeStepsOf(kernel: Kernel, harts: Harts, rare: ExecutionRarities): ExecuteSteps {
  const { select, settle, clockCell } = kernel.meter;
  const { leave } = kernel.requests;
  const { u32, u8, f64 } = kernel.meter.observer;
  const { addressOf } = harts;
  const { frame: FRAME, state: STATE, steps: STEPS, cyclesKernel: CYCLES } = Thread.cells;
  const { executing: EXECUTING, beneficiary: BENEFICIARY } = Thread.cells;
  const { message: MESSAGE } = StackFrame.cells;
  const { executor: EXECUTOR, thread: WORKER } = MeterCells.cells;
  const cells = kernel.cells >>> 2;
  const takeStep = takeStepOf(kernel);
  const takeGuardedStep = guardedStepOf(kernel, rare, takeStep);
  const { privilege: PRIVILEGE } = Domain.cells;
  const isInSteps = (thread: PhysicalAddress): boolean => {
    if (u8[thread + STATE] !== ThreadState.running) return false;
    const frame = u32[(thread >>> 2) + FRAME] as number;
    return frame !== 0 && u32[(frame >>> 2) + MESSAGE] !== MessageState.program;
  };
  const account = (thread: PhysicalAddress, worker: PhysicalAddress, steps: number, spent: Cycles): void => {
    const isOut = u32[(thread >>> 2) + FRAME] === 0 || u8[thread + STATE] !== ThreadState.running;
    u32[(worker >>> 2) + STEPS] = isOut ? 0 : steps;
    (f64[(worker >>> 3) + CYCLES] as number) += spent;
    if (worker !== thread) (f64[(thread >>> 3) + CYCLES] as number) += spent;
  };
  return (hart, thread, until) => {
    const reschedule = (addressOf(hart) >>> 2) + Hart.cells.reschedule;
    const record = thread >>> 2;
    const worker = u32[cells + WORKER] as number;
    const started = f64[clockCell] as number;
    let steps = u32[(worker >>> 2) + STEPS] as number;
    do {
      steps += 1;
      if (steps > MOST_STEPS) goneInCircles(kernel, u32[record + FRAME] as number);
      const executing = u32[record + EXECUTING] as number;
      select(executing, u32[record + BENEFICIARY] as number, Phase.service);
      const isUser = u32[(executing >>> 2) + PRIVILEGE] === 0;
      const outcome = isUser ? takeGuardedStep(thread) : takeStep(thread);
      if (u32[cells + EXECUTOR] === 0) return;
      if (outcome === Outcome.done) leave(thread);
      settle();
      if (outcome === Outcome.end) {
        rare.bury(hart, thread);
        return;
      }
    } while (isInSteps(thread) && (f64[clockCell] as number) < until && u32[reschedule] === 0);
    account(thread, worker, steps, (f64[clockCell] as number) - started);
    if (u8[thread + STATE] !== ThreadState.running) rare.leaveHart(hart, thread);
  };
}

function takeStepOf(kernel: Kernel): TakeStep {
  const { registry, codes } = kernel;
  const { u32, u16 } = kernel.meter.observer;
  const { frame: FRAME } = Thread.cells;
  const { service: SERVICE, operation: OPERATION, fault: FAULT } = StackFrame.cells;
  return (thread) => {
    const frame = u32[(thread >>> 2) + FRAME] as number;
    const service = u16[(frame >>> 1) + SERVICE] as number;
    const operation = u16[(frame >>> 1) + OPERATION] as number;
    const fault = u32[(frame >>> 2) + FAULT] as number;
    if (fault !== 0) {
      if (!carryOut(kernel, fault, registry.at(service, operation).reference.service)) return Outcome.again;
      u32[(frame >>> 2) + FAULT] = 0;
    }
    return codes(service, operation).takeStep(thread, frame);
  };
}

/** A step of a server: what goes wrong in it is the server's end, not the machine's. */
function guardedStepOf(kernel: Kernel, rare: ExecutionRarities, takeStep: TakeStep): TakeStep {
  const { u32 } = kernel.meter.observer;
  const { executing: EXECUTING } = Thread.cells;
  return (thread) => {
    const executing = u32[(thread >>> 2) + EXECUTING] as number;
    try {
      return takeStep(thread);
    } catch (error) {
      if (error instanceof PolicyFault) throw error;
      rare.lose(executing, error instanceof Error ? error.message : String(error));
      return Outcome.wait;
    }
  };
}

/** Runs a thread's program, or a server's, until it traps or time is up; a trap becomes a request. */
function executeProgramOf(kernel: Kernel, harts: Harts, rare: ExecutionRarities): Execute {
  const { processor } = kernel;
  const { select, charge, settle, prices, clockCell } = kernel.meter;
  const { u32, u8, f64 } = kernel.meter.observer;
  const { addressOf, instructions } = harts;
  const { witness } = kernel.scheduling;
  const { domain: DOMAIN, beneficiary: BENEFICIARY, stack: STACK, state: STATE, frame: FRAME } = Thread.cells;
  const { instructions: INSTRUCTIONS, cyclesUser: CYCLES } = Thread.cells;
  const { space: SPACE } = Domain.cells;
  const { tag: TAG } = AddressSpace.cells;
  const price = prices[Primitive.instruction] as number;
  const takeTrap = takeTrapOf(kernel);
  return (hart, thread, until, stopAt) => {
    const domain = u32[(thread >>> 2) + DOMAIN] as number;
    const space = u32[(domain >>> 2) + SPACE] as number;
    if (u32[(addressOf(hart) >>> 2) + Hart.cells.spaceTag] !== u32[(space >>> 2) + TAG])
      useSpaceOf(kernel, harts, hart, thread);
    select(domain, u32[(thread >>> 2) + BENEFICIARY] as number, Phase.service);
    const started = f64[clockCell] as number;
    const end = Math.min(until, started + LONGEST_BUDGET);
    const room = Math.min(end - started, (stopAt - instructions()) * price);
    const context = (u32[(thread >>> 2) + STACK] as number) + CONTEXT_OFFSET;
    // An instruction that starts before its limit may end behind it: clocks pass limits by less than one instruction.
    const reason = processor.runFrom(context, Math.max(room, price));
    const { retired } = processor;
    charge(Primitive.instruction, retired);
    (f64[(thread >>> 3) + INSTRUCTIONS] as number) += retired;
    const trapped = f64[clockCell] as number;
    if (u32[(thread >>> 2) + FRAME] === 0) (f64[(thread >>> 3) + CYCLES] as number) += trapped - started;
    else countServersProgram(kernel, thread, trapped - started);
    witness?.ran?.(hart, thread, started, trapped, true);
    (f64[(addressOf(hart) >>> 3) + Hart.cells.instructions] as number) += retired;
    if (reason !== ExitReason.trap) {
      // Before its end the turn can only have been cut.
      if (trapped + price <= end) harts.turnEnd = end;
      return;
    }
    const wild = takeTrap(thread);
    if (wild !== undefined) rare.lose(domain, wild);
    else if (u8[thread + STATE] !== ThreadState.running) rare.leaveHart(hart, thread);
    settle();
    witness?.ran?.(hart, thread, trapped, f64[clockCell] as number, false);
  };
}
