/**
 * The executive: the loop that gives harts to threads and time to harts.
 *
 * One turn: the hart that lags most becomes active, fires what is due, passes through the scheduler when asked, and runs its
 * thread: a step when the thread is in the kernel, its program otherwise, until an exact cycle. A turn that is cut at a
 * number of instructions goes on before any other begins, so that a run may be cut anywhere. Nothing is kept here.
 */
import { Phase, Primitive } from '../contracts/accounting.ts';
import { WakeReason } from '../contracts/service.ts';
import { type Cycles, NEVER, type PhysicalAddress } from '../contracts/units.ts';
import { isHopeless, isHung, killDomain } from './death.ts';
import { PATIENCE } from './faults.ts';
import type { Harts } from './harts.ts';
import type { Kernel } from './kernel.ts';
import { endIpc } from './native/end.ts';
import { Domain, KernelRoot, ThreadState } from './objects.ts';
import { switchTo } from './switching.ts';
import { followInterrupt } from './traps.ts';
import { type Run, runOf } from './turns.ts';

/** Registers of an interrupt, as of any trap. */
const TRAP_REGISTERS = 32;

export class Executive {
  readonly #kernel: Kernel;
  readonly #harts: Harts;
  /** Runs on: see Run. */
  readonly run: Run;

  constructor(kernel: Kernel, harts: Harts) {
    this.#kernel = kernel;
    this.#harts = harts;
    this.run = runOf(kernel, harts, {
      activate: (hart) => this.#activate(hart),
      idleUntil: (instant) => this.#idleUntil(instant),
      fireDevices: (hart) => this.#fireDevices(hart),
      fireTimers: (hart) => this.#fireTimers(hart),
      expire: (hart) => this.#expire(hart, 'preempted'),
      schedule: (hart) => this.#schedule(hart),
      leaveHart: (hart, thread) => this.#leaveHart(hart, thread),
      lose: (domain, why) => this.#lose(domain, why),
      bury: (hart, executor) => this.#bury(hart, executor),
      onlyTimers: (hart) => this.#onlyTimers(hart),
    });
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
}
