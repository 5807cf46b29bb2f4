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
  DelegatingPolicy,
  EnqueueReason,
  PolicyGround,
  SchedulingPolicy,
  Task,
} from '../contracts/scheduler.ts';
import type { Cycles, PhysicalAddress } from '../contracts/units.ts';
import { objection, refuse } from './decisions.ts';
import { disown } from './donation.ts';
import type { Harts } from './harts.ts';
import type { Kernel } from './kernel.ts';
import { Hart, KernelRoot, Reschedule, Thread, ThreadState } from './objects.ts';
import { isDecision, PolicyWatch } from './policy-watch.ts';
import { chooseToo, type RecordStore } from './records.ts';
import { ThreadTask } from './thread-task.ts';
import type { ThreadWitness } from './witness.ts';

const { period: PERIOD, within: WITHIN } = Thread.cells;
const { payer: PAYER, thread: THREAD } = Hart.cells;

/** Makes a policy on its ground; views over the store are charged to the hart as scheduling. */
export type PolicyFactory = (ground: PolicyGround, store: RecordStore) => SchedulingPolicy;

export class Scheduling {
  readonly policy: SchedulingPolicy;
  readonly witness: ThreadWitness | undefined;
  /** The machine's default quantum. */
  readonly quantum: Cycles;
  readonly #kernel: Kernel;
  readonly #harts: Harts;
  readonly #watch = new PolicyWatch();
  /** The kernel's records for the policy's hooks. */
  readonly #store: RecordStore;

  /** @param witness looks at what threads do. */
  constructor(kernel: Kernel, harts: Harts, make: PolicyFactory, quantum: Cycles, witness?: ThreadWitness) {
    this.witness = witness;
    this.#kernel = kernel;
    this.#harts = harts;
    this.quantum = quantum;
    this.#store = this.#watch.over(kernel.store);
    chooseToo(this.#store);
    this.policy = make(this.#watch.on(this.#ground(quantum)), this.#store);
  }

  /** The policy makes its records; once, at boot. */
  initialise(): void {
    this.#watch.run(this.policy, 'initialise', () => this.policy.initialise());
  }

  /** The policy's state, for people. Nothing is charged. */
  dump(): string {
    return this.#watch.free(this.#kernel.store, () =>
      this.#watch.run(this.policy, 'dump', () => this.policy.dump()),
    );
  }

  /** Does a thread that is ready want to run only when the policy calls for it? Nothing is charged. */
  isResting(address: PhysicalAddress): boolean {
    const { isResting } = this.policy;
    if (isResting === undefined) return false;
    return this.#watch.free(this.#kernel.store, () => isResting(this.task(address)));
  }

  /** What a policy offers whose decisions are a guest process's, each call charged like a hook; undefined for all others. */
  delegate<T>(name: string, body: (policy: DelegatingPolicy, thread: Task) => T): T | undefined {
    const { delegate } = this.policy;
    if (delegate === undefined) return undefined;
    return this.#hook(name, () => body(delegate, this.task(this.#kernel.thread)));
  }

  /** Should a holder be treated as who waits for it? */
  inherits(holder: Task, donor: Task): boolean {
    if (!this.policy.inherits) return false;
    return this.#hook('inherits', () => this.policy.inherits?.(holder, donor) ?? false);
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
    return new ThreadTask(this.#store, thread);
  }

  /** Makes a thread runnable and looks for a hart that should take it. */
  ready(address: PhysicalAddress, reason: EnqueueReason): void {
    this.witness?.ready?.(this.#kernel, address, reason);
    const thread = this.#kernel.threads.at(address);
    if (thread.state === ThreadState.ready) throw new Error(`thread ${thread.id} is made ready twice`);
    thread.state = ThreadState.ready;
    thread.readySince = this.#kernel.now;
    if (reason === 'new' || reason === 'woken') this.#beginPeriod(address);
    this.#takeBack(address);
    const before = this.#beginHook();
    try {
      this.policy.enqueue(this.task(address), reason);
    } catch (error) {
      this.#watch.failed(this.policy, 'enqueue', error);
    }
    this.#kernel.meter.restore(before);
    // The hart that it leaves looks for itself, but may be none of those that may take it.
    const mayStay = ((thread.affinity >>> this.#harts.active) & 1) === 1;
    if (!mayStay || (reason !== 'preempted' && reason !== 'yielded')) this.#poke(address);
  }

  /** A thread with periods has come to the end of one: its deadline is that of the next. */
  #beginPeriod(address: PhysicalAddress): void {
    const { f64 } = this.#kernel.meter.observer;
    const period = f64[(address >>> 3) + PERIOD] as number;
    const within = f64[(address >>> 3) + WITHIN] as number;
    if (period === 0 || within === 0) return;
    const view = this.#kernel.threads.observe(address);
    const { due } = view;
    const { now } = this.#kernel;
    const released = due === 0 ? now : due - within;
    if (due !== 0 && now < released + period) return;
    view.due = (due === 0 ? now : released + Math.floor((now - released) / period) * period) + within;
  }

  /** A thread that has handed its hart over wants to run by itself again: from now on the other one uses up its own time. */
  #takeBack(address: PhysicalAddress): void {
    const { u32 } = this.#kernel.meter.observer;
    for (let hart = 0; hart < this.#harts.count; hart++) {
      const cells = this.#harts.addressOf(hart) >>> 2;
      if (u32[cells + PAYER] !== address || u32[cells + THREAD] === address) continue;
      const record = this.#harts.at(hart);
      this.settle(hart);
      const { thread } = record;
      if (thread === 0) continue;
      record.payer = thread;
      if (this.policy.running) this.#hook('running', () => this.policy.running?.(this.task(thread), hart));
    }
  }

  /**
   * Tells the policy what has been used of a hart's slice, before whoever had it is enqueued again or forgotten. It is the time of
   * the thread that the slice was given to, also when that has handed the hart to others.
   */
  settle(hart: number): void {
    const record = this.#harts.at(hart);
    const { payer, dispatched } = record;
    if (payer === 0) return;
    const consumed = this.#kernel.now - dispatched;
    record.payer = 0;
    record.dispatched = this.#kernel.now;
    if (this.policy.stopping)
      this.#hook('stopping', () => this.policy.stopping?.(this.task(payer), hart, consumed));
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
    this.witness?.left?.(this.#kernel, from);
    this.witness?.running?.(this.#kernel, to, hart, this.#kernel.now);
    return true;
  }

  /** Takes a running thread, which is to end, off its hart. */
  vacate(address: PhysicalAddress): void {
    const { hart } = this.#kernel.threads.observe(address);
    const record = this.#harts.at(hart);
    if (record.thread !== address) return;
    this.settle(hart);
    record.thread = 0;
    record.handed = 0;
    record.lastThread = 0;
    this.witness?.left?.(this.#kernel, address);
    this.#harts.askToReschedule(hart, this.#kernel.now);
  }

  /** Takes a thread that is ready out of the policy's hands, because it is to end. */
  withdraw(address: PhysicalAddress): void {
    this.#hook('dequeue', () => this.policy.dequeue(this.task(address)));
  }

  /** Asks the policy whether it takes a thread with what it has declared now: '' or why not. */
  admit(address: PhysicalAddress): string {
    if (!this.policy.admit || this.#kernel.threads.observe(address).period === 0) return '';
    return this.#hook('admit', () => this.policy.admit?.(this.task(address)) ?? '');
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
    disown(this.#kernel, address);
    this.#takeBack(address);
    if (this.policy.leave) this.#hook('leave', () => this.policy.leave?.(this.task(address)));
  }

  /** Changes what a policy knows of a thread (weight, affinity): one that is ready is taken out and put back. */
  change(address: PhysicalAddress, body: () => void, reason: EnqueueReason = 'preempted'): void {
    const thread = this.#kernel.threads.at(address);
    const queued = thread.state === ThreadState.ready;
    if (queued) this.withdraw(address);
    body();
    if (!queued) {
      if (this.policy.changed) this.#hook('changed', () => this.policy.changed?.(this.task(address)));
      return;
    }
    const { readySince } = thread;
    thread.state = ThreadState.blocked;
    this.ready(address, reason);
    // It waits as long as it did before.
    thread.readySince = readySince;
    // Harts that idle and might not take it before may take it now.
    if (reason === 'preempted') this.#poke(address);
  }

  /** Chooses the next thread of a hart: an address, or 0 to idle; and for how long. */
  dispatch(hart: number): { thread: PhysicalAddress; slice: Cycles } {
    const decision = this.#decide(hart);
    if (!isDecision(decision)) refuse(this.policy, 'gave no decision', `for hart ${hart}`);
    if (decision.task === 0) {
      if (decision.slice > 0) this.#harts.askLater(hart, this.#kernel.now + decision.slice);
      return { thread: 0, slice: 0 };
    }
    this.#validate(decision, hart);
    const thread = this.#kernel.threads.at(decision.task);
    thread.state = ThreadState.running;
    thread.hart = hart;
    thread.dispatches += 1;
    if (this.policy.running)
      this.#hook('running', () => this.policy.running?.(this.task(decision.task), hart));
    return { thread: decision.task, slice: decision.slice };
  }

  #decide(hart: number): Decision {
    const before = this.#beginHook();
    let decision: Decision;
    try {
      decision = this.policy.dispatch(hart);
    } catch (error) {
      return this.#watch.failed(this.policy, 'dispatch', error);
    }
    this.#kernel.meter.restore(before);
    return decision;
  }

  #validate(decision: Decision, hart: number): void {
    if (!this.#kernel.threads.isThread(decision.task))
      refuse(this.policy, 'picked a thread that there is not', `id ${decision.task}: ${decision.reason}`);
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
        'preempts',
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
  #hook<T>(name: string, body: () => T): T {
    const before = this.#beginHook();
    const result = this.#watch.run(this.policy, name, body);
    this.#kernel.meter.restore(before);
    return result;
  }

  /** A hook begins: gives the account to which the meter goes back at its end. */
  #beginHook(): PhysicalAddress {
    const { meter } = this.#kernel;
    const before = meter.account;
    meter.enterPhase(Phase.schedule);
    meter.charge(Primitive.schedulerPass, 1);
    this.#watch.begin();
    return before;
  }
}
