/**
 * The executive: the loop that gives harts to threads and time to harts.
 *
 * One turn: the hart that lags most becomes active, fires what is due, passes through the scheduler when asked, and runs its
 * thread: a step when the thread is in the kernel, its program otherwise, until an exact cycle. A turn that is cut at a
 * number of instructions goes on before any other begins, so that a run may be cut anywhere. Nothing is kept here.
 */
import { Phase, Primitive } from '../contracts/accounting.ts';
import { ExitReason } from '../contracts/machine.ts';
import { Outcome, WakeReason } from '../contracts/service.ts';
import { type Cycles, NEVER, type PhysicalAddress } from '../contracts/units.ts';
import { CONTEXT_OFFSET } from './context.ts';
import { isHopeless, isHung, killDomain } from './death.ts';
import { PolicyFault } from './decisions.ts';
import { personality } from './entry.ts';
import { carryOut, goneInCircles, MOST_STEPS, PATIENCE } from './faults.ts';
import { isUser } from './gates/mode-switch.ts';
import type { Harts } from './harts.ts';
import type { Kernel } from './kernel.ts';
import { eventAt, horizonOf, nextHart } from './lookahead.ts';
import { endIpc } from './native/end.ts';
import { Domain, Hart, KernelRoot, StackFrame, Thread, ThreadState } from './objects.ts';
import { checkStarvation, nextStarvationCheck } from './starvation.ts';
import { arrive, switchTo, useSpaceOf } from './switching.ts';
import { followInterrupt, takeTrap } from './traps.ts';
import { countProgram, runsProgram } from './user-servers.ts';

const { thread: HART_THREAD, sliceEnd: SLICE_END, reschedule: RESCHEDULE, handed: HANDED } = Hart.cells;
const { instructions: HART_INSTRUCTIONS } = Hart.cells;
const { frame: FRAME, attention: ATTENTION, state: STATE, steps: STEPS, domain: DOMAIN } = Thread.cells;
const { executing: EXECUTING, beneficiary: BENEFICIARY, cyclesKernel: CYCLES_KERNEL } = Thread.cells;
const { replyValue: REPLY_VALUE, replySecond: REPLY_SECOND, replyError: REPLY_ERROR } = Thread.cells;
const { instructions: INSTRUCTIONS } = Thread.cells;
const { service: SERVICE, operation: OPERATION, step: STEP, fault: FAULT } = StackFrame.cells;

/** Registers of an interrupt, as of any trap. */
const TRAP_REGISTERS = 32;

/** The host's limit to one call of `run`: cycles of one hart's turn. */
export const LONGEST_BUDGET = 0x4000_0000;

/** Why the executive came back. */
export type Stop =
  /** The first process has ended, or the kernel has panicked: the root says with what. */
  | 'ended'
  /** Nothing can happen any more without the outside world. */
  | 'quiet'
  /** All harts idle until a deadline, and the caller wanted to be asked before time passes. */
  | 'idle'
  /** The instruction count given was reached. */
  | 'instructions'
  /** The host's share was used up; call again. */
  | 'share';

export class Executive {
  readonly #kernel: Kernel;
  readonly #harts: Harts;

  constructor(kernel: Kernel, harts: Harts) {
    this.#kernel = kernel;
    this.#harts = harts;
  }

  /**
   * Runs until something of Stop; `stopAt` counts instructions retired by all harts, `share` turns of the loop. With
   * `holdIdle`, stops before all harts idle until a deadline.
   */
  run(stopAt: number, share: number, holdIdle = false): Stop {
    const { u32 } = this.#kernel.meter.observer;
    const ending = (this.#kernel.rootAddress >>> 2) + KernelRoot.cells.ending;
    for (let turn = 0; turn < share; turn++) {
      if (u32[ending] !== 0) return 'ended';
      if (this.instructions() >= stopAt) return 'instructions';
      if (this.#harts.turnEnd !== 0) {
        this.#goOn(stopAt);
        continue;
      }
      const hart = nextHart(this.#kernel, this.#harts);
      if (hart < 0) return 'quiet';
      if (holdIdle && this.#onlyTimers(hart)) return 'idle';
      this.#turn(hart, stopAt);
    }
    return 'share';
  }

  /** Do all harts idle until a deadline? A device that is at work goes on with it. */
  #onlyTimers(hart: number): boolean {
    const { waiting, devices } = this.#kernel;
    return this.#harts.readyAt(hart) === NEVER && devices.next() > waiting.nextDeadline();
  }

  /** Instructions retired by all harts. */
  instructions(): number {
    return this.#harts.instructions();
  }

  /** The latest clock of any hart. */
  elapsed(): Cycles {
    let latest = 0;
    for (let hart = 0; hart < this.#harts.count; hart++) latest = Math.max(latest, this.#harts.clockOf(hart));
    return latest;
  }

  /** Lets every hart idle until the latest clock, so that clocks agree at the end of a run. */
  finish(): void {
    this.#kernel.meter.settle();
    const end = this.elapsed();
    for (let hart = 0; hart < this.#harts.count; hart++) {
      this.#harts.activate(hart);
      this.#idleUntil(end);
    }
    this.#harts.park();
  }

  /**
   * Lets a device interrupt a hart: `handler` runs as the kernel's code, on behalf of nobody, between two turns. An idle hart
   * has idled until now.
   */
  interrupt(hart: number, handler: () => void): void {
    this.#harts.turnEnd = 0;
    this.#activate(hart);
    const { thread } = this.#harts.at(hart);
    if (thread === 0) this.#idleUntil(this.elapsed());
    this.#asKernel();
    this.#chargeInterrupt();
    followInterrupt(this.#kernel, 'keyboard');
    handler();
    this.#kernel.meter.settle();
  }

  #activate(hart: number): void {
    if (this.#harts.active === hart) return;
    this.#kernel.meter.settle();
    this.#harts.activate(hart);
    this.#kernel.executor = this.#harts.at(hart).thread;
    this.#kernel.processor.activate(hart);
    this.#kernel.processor.clearReservation();
  }

  #turn(hart: number, stopAt: number): void {
    const event = eventAt(this.#kernel, this.#harts, hart);
    const horizon = horizonOf(this.#kernel, this.#harts, hart);
    this.#activate(hart);
    this.#idleUntil(event);
    this.#fireDevices(hart);
    this.#fireTimers(hart);
    const { u32, f64 } = this.#kernel.meter.observer;
    const record = this.#harts.addressOf(hart);
    if (
      u32[(record >>> 2) + HART_THREAD] !== 0 &&
      this.#kernel.now >= (f64[(record >>> 3) + SLICE_END] as number)
    )
      this.#expire(hart, 'preempted');
    if (u32[(record >>> 2) + HART_THREAD] === 0 || u32[(record >>> 2) + RESCHEDULE] !== 0)
      this.#schedule(hart);
    if (this.#kernel.now >= nextStarvationCheck(this.#kernel)) checkStarvation(this.#kernel);
    const thread = u32[(record >>> 2) + HART_THREAD] as number;
    if (thread === 0) return;
    const sliceEnd = f64[(record >>> 3) + SLICE_END] as number;
    let until = Math.min(horizon, sliceEnd, nextStarvationCheck(this.#kernel));
    if (hart === 0) until = Math.min(until, this.#kernel.waiting.nextDeadline(), this.#kernel.devices.next());
    this.#execute(hart, thread, until, stopAt);
  }

  /** The rest of a turn that was cut at a number of instructions. */
  #goOn(stopAt: number): void {
    const hart = this.#harts.active;
    const until = this.#harts.turnEnd;
    this.#harts.turnEnd = 0;
    this.#execute(hart, this.#harts.at(hart).thread, until, stopAt);
  }

  /** Charges a hart's idling up to an instant. */
  #idleUntil(instant: Cycles): void {
    const { meter } = this.#kernel;
    const gap = instant - meter.clock;
    if (!(gap > 0)) return;
    this.#asKernel();
    meter.charge(Primitive.idleCycle, gap);
    this.#harts.at(this.#harts.active).idle += gap;
  }

  /** What happens now is nobody's work but the kernel's. */
  #asKernel(): void {
    const kernel = this.#kernel;
    const { kernelBeneficiary } = KernelRoot.at(kernel.meter.observer, kernel.rootAddress);
    kernel.executor = 0;
    kernel.meter.select(kernel.domainOfPlan(1), kernelBeneficiary, Phase.service);
  }

  #fireTimers(hart: number): void {
    const { waiting, threads } = this.#kernel;
    if (hart !== 0 || waiting.nextDeadline() > this.#kernel.now) return;
    const running = this.#harts.at(hart).thread;
    if (running !== 0) this.#interrupt(running);
    for (;;) {
      const thread = waiting.due(this.#kernel.now);
      if (thread === 0) break;
      this.#asKernel();
      if (threads.observe(thread).state === ThreadState.blocked)
        this.#kernel.rouse(thread, WakeReason.deadline);
    }
    this.#kernel.meter.settle();
  }

  /** Devices interrupt the first hart. */
  #fireDevices(hart: number): void {
    const { devices, meter } = this.#kernel;
    if (hart !== 0 || devices.next() > this.#kernel.now) return;
    const running = this.#harts.at(hart).thread;
    if (running !== 0) this.#interrupt(running);
    this.#asKernel();
    if (running === 0) this.#chargeInterrupt();
    devices.fire(this.#kernel.now);
    meter.settle();
  }

  /** Charges a timer interrupt: it lands on whoever runs. */
  #interrupt(thread: PhysicalAddress): void {
    const { meter, threads } = this.#kernel;
    meter.select(this.#kernel.domainOfPlan(1), threads.observe(thread).beneficiary, Phase.service);
    this.#chargeInterrupt();
    followInterrupt(this.#kernel, 'timer');
  }

  #chargeInterrupt(): void {
    const { meter } = this.#kernel;
    meter.charge(Primitive.trapEntry, 1);
    meter.charge(Primitive.registerSaved, TRAP_REGISTERS);
    meter.charge(Primitive.registerRestored, TRAP_REGISTERS);
    meter.charge(Primitive.trapReturn, 1);
  }

  /** The slice of the running thread is over, or it gives the hart up: it goes back to the policy. */
  #expire(hart: number, reason: 'preempted' | 'yielded'): void {
    const { thread } = this.#harts.at(hart);
    this.#interrupt(thread);
    if (isHung(this.#kernel, thread)) {
      const { domain } = this.#kernel.threads.observe(thread);
      this.#lose(domain, `it did not answer a request for ${PATIENCE} s of computing`);
      return;
    }
    this.#takeOff(hart, thread);
    this.#kernel.scheduling.ready(thread, reason);
    this.#kernel.meter.settle();
  }

  /** A hart is asked to look again: the running thread, if any, is put back first. */
  #schedule(hart: number): void {
    const record = this.#harts.at(hart);
    const reason = this.#harts.heard(hart);
    if (record.thread !== 0) this.#expire(hart, reason);
    else this.#asKernel();
    const { thread, slice } = this.#kernel.scheduling.dispatch(hart);
    this.#kernel.meter.settle();
    if (thread === 0) return;
    record.thread = thread;
    this.#kernel.executor = thread;
    record.payer = thread;
    record.dispatched = this.#kernel.now;
    record.sliceEnd = this.#kernel.now + slice;
    switchTo(this.#kernel, this.#harts, hart, thread);
    this.#kernel.scheduling.witness?.running?.(this.#kernel, thread, hart, record.dispatched);
  }

  /** Takes a thread off a hart, without saying what becomes of it. */
  #takeOff(hart: number, thread: PhysicalAddress): void {
    this.#kernel.scheduling.witness?.left?.(this.#kernel, thread);
    const record = this.#harts.at(hart);
    this.#kernel.scheduling.settle(hart);
    record.thread = 0;
    record.handed = 0;
    record.lastThread = thread;
  }

  #execute(hart: number, thread: PhysicalAddress, until: Cycles, stopAt: number): void {
    const kernel = this.#kernel;
    kernel.executor = thread;
    const { u32, u8 } = kernel.meter.observer;
    if (u32[(this.#harts.addressOf(hart) >>> 2) + HANDED] !== 0) arrive(kernel, this.#harts, hart, thread);
    const from = kernel.now;
    const frame = u32[(thread >>> 2) + FRAME] as number;
    if (frame !== 0 && kernel.requests.isUnsent(frame)) kernel.requests.send(thread);
    else if (frame === 0 && u32[(thread >>> 2) + ATTENTION] !== 0)
      kernel.enter(thread, personality.attention, {});
    if (u8[thread + STATE] !== ThreadState.running) this.#leaveHart(hart, thread);
    else if (this.#isInSteps(thread)) this.#executeSteps(hart, thread, until);
    else {
      this.#executeProgram(hart, thread, until, stopAt);
      kernel.meter.settle();
      return;
    }
    kernel.meter.settle();
    kernel.scheduling.witness?.ran?.(hart, thread, from, kernel.now, false);
  }

  /** Is a thread in the kernel, with a step to be taken, rather than in its program or a server's? */
  #isInSteps(thread: PhysicalAddress): boolean {
    const frame = this.#kernel.meter.observer.u32[(thread >>> 2) + FRAME] as number;
    return frame !== 0 && !runsProgram(this.#kernel, frame);
  }

  /** A thread waits: its hart looks for another, unless it was handed to one. */
  #leaveHart(hart: number, thread: PhysicalAddress): void {
    const record = this.#harts.at(hart);
    if (record.thread !== thread) {
      record.lastThread = thread;
      return;
    }
    this.#takeOff(hart, thread);
    // Others may be ready: nobody else tells the hart so.
    this.#harts.askToReschedule(hart, this.#kernel.now);
  }

  /** Runs steps of the thread's kernel stack until it returns to its program, blocks, ends, or time is up. */
  #executeSteps(hart: number, thread: PhysicalAddress, until: Cycles): void {
    const kernel = this.#kernel;
    const { u32, u8, f64 } = kernel.meter.observer;
    const reschedule = (this.#harts.addressOf(hart) >>> 2) + RESCHEDULE;
    const record = thread >>> 2;
    const worker = kernel.thread;
    const started = kernel.now;
    let steps = u32[(worker >>> 2) + STEPS] as number;
    do {
      if (++steps > MOST_STEPS) goneInCircles(kernel, u32[record + FRAME] as number);
      kernel.meter.select(
        u32[record + EXECUTING] as number,
        u32[record + BENEFICIARY] as number,
        Phase.service,
      );
      const outcome = this.#guardedStep(thread);
      if (kernel.executor === 0) return;
      if (outcome === Outcome.done) kernel.requests.leave(thread);
      kernel.meter.settle();
      if (outcome === Outcome.end) {
        this.#bury(hart, thread);
        return;
      }
      if (u8[thread + STATE] !== ThreadState.running) break;
    } while (this.#isInSteps(thread) && kernel.now < until && u32[reschedule] === 0);
    const isOut = u32[record + FRAME] === 0 || u8[thread + STATE] !== ThreadState.running;
    u32[(worker >>> 2) + STEPS] = isOut ? 0 : steps;
    const spent = kernel.now - started;
    (f64[(worker >>> 3) + CYCLES_KERNEL] as number) += spent;
    if (worker !== thread) (f64[(thread >>> 3) + CYCLES_KERNEL] as number) += spent;
    if (u8[thread + STATE] !== ThreadState.running) this.#leaveHart(hart, thread);
  }

  #step(thread: PhysicalAddress): number {
    const kernel = this.#kernel;
    const { u16, u32, f64 } = kernel.meter.observer;
    const frame = u32[(thread >>> 2) + FRAME] as number;
    const head = frame >>> 1;
    const operation = kernel.registry.at(u16[head + SERVICE] as number, u16[head + OPERATION] as number);
    const step = operation.steps[u16[head + STEP] as number];
    if (step === undefined)
      throw new Error(`a frame names step ${u16[head + STEP]} of ${operation.reference.operation}`);
    const reply = {
      value: f64[(thread >>> 3) + REPLY_VALUE] as number,
      second: f64[(thread >>> 3) + REPLY_SECOND] as number,
      error: u32[(thread >>> 2) + REPLY_ERROR] as number,
    };
    const fault = u32[(frame >>> 2) + FAULT] as number;
    if (fault !== 0 && !carryOut(kernel, fault, operation.reference.service)) return Outcome.again;
    u32[(frame >>> 2) + FAULT] = 0;
    return step(kernel, operation.view(f64, kernel.stack.slots(frame)), reply);
  }

  /** A step of a server: what goes wrong in it is the server's end, not the machine's. */
  #guardedStep(thread: PhysicalAddress): number {
    const kernel = this.#kernel;
    const executing = kernel.meter.observer.u32[(thread >>> 2) + EXECUTING] as number;
    if (!isUser(kernel, executing)) return this.#step(thread);
    try {
      return this.#step(thread);
    } catch (error) {
      if (error instanceof PolicyFault) throw error;
      this.#lose(executing, error instanceof Error ? error.message : String(error));
      return Outcome.wait;
    }
  }

  #lose(domain: PhysicalAddress, why: string): void {
    const kernel = this.#kernel;
    const { plan } = Domain.at(kernel.meter.observer, domain);
    kernel.say(`the ${kernel.structure.domains[plan - 1]?.name} server has died: ${why}`);
    this.#asKernel();
    if (isHopeless(kernel, domain)) return;
    killDomain(kernel, domain);
  }

  /** The thread for which this one works is at its end; servers that worked for it go on with others. */
  #bury(hart: number, executor: PhysicalAddress): void {
    const kernel = this.#kernel;
    const { thread } = kernel;
    this.#leaveHart(hart, executor);
    kernel.servers.abandon(thread);
    endIpc(kernel, thread);
    kernel.threads.observe(thread).state = ThreadState.zombie;
    kernel.scheduling.forget(thread);
    kernel.scheduling.witness?.ended?.(kernel, thread);
    kernel.threads.destroy(thread);
    for (let other = 0; other < this.#harts.count; other++) {
      const record = this.#harts.at(other);
      if (record.lastThread === thread) record.lastThread = 0;
      if (record.floatOwner === thread) record.floatOwner = 0;
    }
    kernel.executor = 0;
  }

  #executeProgram(hart: number, thread: PhysicalAddress, until: Cycles, stopAt: number): void {
    const kernel = this.#kernel;
    const { processor, meter } = kernel;
    const { u32, u8, f64 } = meter.observer;
    const domain = u32[(thread >>> 2) + DOMAIN] as number;
    useSpaceOf(kernel, this.#harts, hart, thread);
    meter.select(domain, u32[(thread >>> 2) + BENEFICIARY] as number, Phase.service);
    const price = meter.prices[Primitive.instruction] as number;
    const end = Math.min(until, meter.clock + LONGEST_BUDGET);
    const room = Math.min(end - meter.clock, (stopAt - this.instructions()) * price);
    // An instruction that starts before its limit may end behind it: clocks pass limits by less than one instruction.
    const budget = Math.max(room, price);
    const started = meter.clock;
    const context = (u32[(thread >>> 2) + Thread.cells.stack] as number) + CONTEXT_OFFSET;
    processor.loadContext(context);
    const reason = processor.run(budget);
    processor.saveContext(context);
    const { retired } = processor;
    meter.charge(Primitive.instruction, retired);
    (f64[(thread >>> 3) + INSTRUCTIONS] as number) += retired;
    countProgram(kernel, thread, meter.clock - started);
    kernel.scheduling.witness?.ran?.(hart, thread, started, meter.clock, true);
    (f64[(this.#harts.addressOf(hart) >>> 3) + HART_INSTRUCTIONS] as number) += retired;
    if (reason !== ExitReason.trap) {
      // Before its end the turn can only have been cut.
      if (meter.clock + price <= end) this.#harts.turnEnd = end;
      return;
    }
    const trapped = meter.clock;
    const wild = takeTrap(kernel, thread);
    if (wild !== undefined) this.#lose(domain, wild);
    else if (u8[thread + STATE] !== ThreadState.running) this.#leaveHart(hart, thread);
    meter.settle();
    kernel.scheduling.witness?.ran?.(hart, thread, trapped, meter.clock, false);
  }
}
