/**
 * Scheduling: the mechanism under any policy.
 *
 * The policy decides; this carries out: it keeps threads' states, validates each decision, charges each hook to the hart,
 * and tells harts to look again. Rules of use: `ready` is the only way to make a thread runnable, `dispatch` the only way
 * to give it a hart. A decision that cannot be obeyed stops the machine with the policy's own account of itself.
 */
import { Phase, Primitive } from '../contracts/accounting.ts';
import type {
  Decision,
  EnqueueReason,
  PolicyGround,
  SchedulingPolicy,
  Task,
} from '../contracts/scheduler.ts';
import type { Cycles, PhysicalAddress } from '../contracts/units.ts';
import { objection, refuse } from './decisions.ts';
import type { Harts } from './harts.ts';
import type { Kernel } from './kernel.ts';
import { KernelRoot, Reschedule, ThreadState } from './objects.ts';
import type { RecordStore } from './records.ts';
import type { ThreadRecorder } from './thread-recorder.ts';
import { ThreadTask } from './thread-task.ts';

/** Makes a policy on its ground; views over the store are charged to the hart as scheduling. */
export type PolicyFactory = (ground: PolicyGround, store: RecordStore) => SchedulingPolicy;

export class Scheduling {
  // wiring: set once by the workbench; looks at what threads do
  recorder: ThreadRecorder | undefined;
  readonly policy: SchedulingPolicy;
  /** The machine's default quantum. */
  readonly quantum: Cycles;
  readonly #kernel: Kernel;
  readonly #harts: Harts;

  constructor(kernel: Kernel, harts: Harts, make: PolicyFactory, quantum: Cycles) {
    this.#kernel = kernel;
    this.#harts = harts;
    this.quantum = quantum;
    this.policy = make(this.#ground(quantum), kernel.store);
  }

  #ground(quantum: Cycles): PolicyGround {
    const kernel = this.#kernel;
    const root = KernelRoot.at(kernel.meter.observer, kernel.rootAddress);
    return {
      harts: this.#harts.count,
      quantum,
      millisecond: Math.round(kernel.hertz / 1000),
      now: () => kernel.now,
      nameOf: (id) => String(id),
      allocate: (bytes) => kernel.slab.allocate(kernel.domainOfPlan(1), bytes),
      task: (id) => this.task(id),
      choose: (point, options) => kernel.choose(point, options),
      get root() {
        return root.policy;
      },
      set root(address: number) {
        root.policy = address;
      },
    };
  }

  task(thread: PhysicalAddress): Task {
    return new ThreadTask(this.#kernel.store, thread);
  }

  /** Makes a thread runnable and looks for a hart that should take it. */
  ready(address: PhysicalAddress, reason: EnqueueReason): void {
    this.recorder?.ready(this.#kernel, address, reason);
    const thread = this.#kernel.threads.at(address);
    if (thread.state === ThreadState.ready) throw new Error(`thread ${thread.id} is made ready twice`);
    thread.state = ThreadState.ready;
    thread.readySince = this.#kernel.now;
    this.#hook(() => this.policy.enqueue(this.task(address), reason));
    // The hart that it leaves looks for itself, but may be none of those that may take it.
    const mayStay = ((thread.affinity >>> this.#harts.active) & 1) === 1;
    if (!mayStay || (reason !== 'preempted' && reason !== 'yielded')) this.#poke(address);
  }

  /**
   * Gives a thread's hart, with what is left of its slice, to another one that is blocked, without asking the policy. The
   * giver waits. False when the giver does not run or the other may not run there.
   */
  handOver(from: PhysicalAddress, to: PhysicalAddress): boolean {
    const { hart } = this.#kernel.threads.observe(from);
    const record = this.#harts.at(hart);
    const receiver = this.#kernel.threads.at(to);
    if (record.thread !== from || ((receiver.affinity >>> hart) & 1) === 0) return false;
    receiver.state = ThreadState.running;
    receiver.hart = hart;
    record.thread = to;
    record.handed = 1;
    this.recorder?.left(this.#kernel, from);
    this.recorder?.running(this.#kernel, to, hart, this.#kernel.now);
    return true;
  }

  /** Takes a running thread, which is to end, off its hart. */
  vacate(address: PhysicalAddress): void {
    const { hart } = this.#kernel.threads.observe(address);
    const record = this.#harts.at(hart);
    if (record.thread !== address) return;
    this.stopped(address, hart, this.#kernel.now - record.dispatched);
    record.thread = 0;
    record.handed = 0;
    record.lastThread = 0;
    this.recorder?.left(this.#kernel, address);
    this.#harts.askToReschedule(hart, this.#kernel.now);
  }

  /** Takes a thread that is ready out of the policy's hands, because it is to end. */
  withdraw(address: PhysicalAddress): void {
    this.#hook(() => this.policy.dequeue(this.task(address)));
  }

  get hartCount(): number {
    return this.#harts.count;
  }

  /** What a hart has done so far: its clock, cycles idle, instructions retired. */
  hartFigures(hart: number): {
    readonly clock: Cycles;
    readonly idle: Cycles;
    readonly instructions: number;
  } {
    const { idle, instructions } = this.#harts.at(hart);
    return { clock: this.#harts.clockOf(hart), idle, instructions };
  }

  /** The accounts that harts charge to, but for the active one's. */
  accountsInForce(): number[] {
    return Array.from({ length: this.#harts.count }, (_, hart) => this.#harts.at(hart).account);
  }

  /** Has a hart pass through the scheduler at the end of this step. */
  lookAgain(hart: number): void {
    this.#harts.askToReschedule(hart, this.#kernel.now);
  }

  /** The same because its thread gives the hart up. */
  yieldHart(hart: number): void {
    this.#harts.askToReschedule(hart, this.#kernel.now);
    this.#harts.at(hart).reschedule = Reschedule.yielded;
  }

  /** Tells the policy that a thread is about to be forgotten. */
  forget(address: PhysicalAddress): void {
    if (this.policy.leave) this.#hook(() => this.policy.leave?.(this.task(address)));
  }

  /** Changes what a policy knows of a thread (weight, affinity): one that is ready is taken out and put back. */
  change(address: PhysicalAddress, body: () => void): void {
    const thread = this.#kernel.threads.at(address);
    const queued = thread.state === ThreadState.ready;
    if (queued) this.withdraw(address);
    body();
    if (!queued) return;
    thread.state = ThreadState.blocked;
    this.ready(address, 'preempted');
    // Harts that idle and might not take it before may take it now.
    this.#poke(address);
  }

  /** Chooses the next thread of a hart: an address, or 0 to idle; and for how long. */
  dispatch(hart: number): { thread: PhysicalAddress; slice: Cycles } {
    const decision = this.#hook(() => this.policy.dispatch(hart));
    if (decision.task === 0) {
      if (decision.slice > 0) this.#harts.askLater(hart, this.#kernel.now + decision.slice);
      return { thread: 0, slice: 0 };
    }
    this.#validate(decision, hart);
    const thread = this.#kernel.threads.at(decision.task);
    thread.state = ThreadState.running;
    thread.hart = hart;
    thread.dispatches += 1;
    if (this.policy.running) this.#hook(() => this.policy.running?.(this.task(decision.task), hart));
    return { thread: decision.task, slice: decision.slice };
  }

  /** Tells the policy that a thread has left its hart, before it is enqueued again or forgotten. */
  stopped(address: PhysicalAddress, hart: number, consumed: Cycles): void {
    if (this.policy.stopping) this.#hook(() => this.policy.stopping?.(this.task(address), hart, consumed));
  }

  #validate(decision: Decision, hart: number): void {
    const { id, state, affinity } = this.#kernel.threads.observe(decision.task);
    const what = objection(decision, state === ThreadState.ready, affinity, hart);
    if (what !== '') refuse(this.policy, what, `thread ${id}: ${decision.reason}`);
  }

  /** An idle hart takes a thread that has just become ready; else the policy may have it preempt. */
  #poke(address: PhysicalAddress): void {
    const thread = this.#kernel.threads.at(address);
    const { affinity } = thread;
    const idle = this.#harts.idleAmong(affinity);
    if (idle >= 0) this.#call(idle);
    else if (this.policy.preempts) {
      const victim = this.#victim(address, affinity);
      if (victim >= 0) this.#call(victim);
    }
  }

  /** The hart whose thread a newcomer would preempt, and all others that it would preempt too; -1 when there is none. */
  #victim(newcomer: PhysicalAddress, affinity: number): number {
    let victim = -1;
    let rival = newcomer;
    for (let hart = 0; hart < this.#harts.count; hart++) {
      const running = this.#harts.at(hart).thread;
      if (((affinity >>> hart) & 1) === 0 || running === 0) continue;
      const preempts = this.#hook(
        () => this.policy.preempts?.(this.task(rival), this.task(running)) ?? false,
      );
      if (preempts) [victim, rival] = [hart, running];
    }
    return victim;
  }

  #call(hart: number): void {
    if (hart !== this.#harts.active) this.#kernel.meter.charge(Primitive.interprocessorInterrupt, 1);
    this.#harts.askToReschedule(hart, this.#kernel.now);
  }

  /** Runs a policy's hook in the schedule phase, charged to the hart and for the benefit of the present account. */
  #hook<T>(body: () => T): T {
    const { meter } = this.#kernel;
    const before = meter.account;
    meter.enterPhase(Phase.schedule);
    meter.charge(Primitive.schedulerPass, 1);
    const result = body();
    meter.restore(before);
    return result;
  }
}
