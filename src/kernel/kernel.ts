/**
 * The kernel: the mechanisms that every structure is made of, in one handle that steps receive.
 *
 * It holds no state: everything is found from the kernel root in machine memory. Services use the verbs of StepContext
 * (done, fail, call, wait, wake, spans) and the mechanisms beside them (frames, slab, threads, meter).
 */
import { GATE_KINDS, Phase, Primitive } from '../contracts/accounting.ts';
import type { AccessKind, Memory, Processor } from '../contracts/machine.ts';
import type { ViewOf } from '../contracts/records.ts';
import {
  type OperationReference,
  Outcome,
  type OutcomeNumber,
  type Reply,
  type RequestOf,
  type RequestSchema,
  type Span,
  type StepContext,
  WakeReason,
} from '../contracts/service.ts';
import { PROGRAM, type Structure } from '../contracts/structure.ts';
import { type Cycles, NEVER, type PhysicalAddress, type VirtualAddress } from '../contracts/units.ts';
import { nextChoice } from './choice.ts';
import { Frames } from './frames.ts';
import type { Gate } from './gate.ts';
import { makeBeneficiary } from './layout.ts';
import type { Meter } from './meter.ts';
import {
  AddressSpace,
  Credentials,
  Domain,
  KernelRoot,
  MeterCells,
  Thread,
  ThreadState,
  WaitQueue,
} from './objects.ts';
import { writeSpan } from './operation.ts';
import type { RecordStore } from './records.ts';
import type { Registered, Registry } from './registry.ts';
import type { Scheduling } from './scheduling.ts';
import { Slab } from './slab.ts';
import { KernelStack } from './stack.ts';
import { Threads } from './threads.ts';
import { Waiting } from './waiting.ts';
import { Watches } from './watches.ts';

/** What a kernel is put together from. */
export interface KernelParts {
  readonly memory: Memory;
  readonly processor: Processor;
  readonly meter: Meter;
  /** Address of the MeterCells record. */
  readonly cells: PhysicalAddress;
  /** Address of the KernelRoot record. */
  readonly root: PhysicalAddress;
  readonly structure: Structure;
  readonly gates: readonly Gate[];
  readonly registry: Registry;
  readonly hertz: number;
}

export class Kernel implements StepContext {
  readonly memory: Memory;
  readonly processor: Processor;
  readonly meter: Meter;
  readonly frames: Frames;
  readonly slab: Slab;
  readonly threads: Threads;
  readonly waiting: Waiting;
  readonly watches: Watches;
  readonly stack: KernelStack;
  readonly registry: Registry;
  readonly structure: Structure;
  readonly rootAddress: PhysicalAddress;
  /** Cycles in a second of virtual time. */
  readonly hertz: number;
  /** Gates by [from plan index][service number]; plan index 0 is a program. */
  readonly #gates: readonly (readonly Gate[])[];
  readonly #gateList: readonly Gate[];
  /** Plan index of the domain of each service. */
  readonly #homes: readonly number[];
  readonly #cells: PhysicalAddress;
  // wiring: set once by the workbench, because the scheduler needs the kernel first
  #scheduling: Scheduling | undefined;

  constructor(parts: KernelParts) {
    this.memory = parts.memory;
    this.processor = parts.processor;
    this.meter = parts.meter;
    this.structure = parts.structure;
    this.registry = parts.registry;
    this.rootAddress = parts.root;
    this.hertz = parts.hertz;
    this.#cells = parts.cells;
    this.#gateList = parts.gates;
    const kernelDomain = KernelRoot.at(this.meter.observer, parts.root).domains + 4;
    const owner = this.meter.observer.u32[kernelDomain >>> 2] as number;
    this.frames = new Frames(this.memory, this.meter, parts.root);
    this.slab = new Slab(this.memory, this.meter, this.frames);
    this.threads = new Threads(this.meter, this.frames, this.slab, parts.root, owner);
    this.waiting = new Waiting(this.meter, this.slab, parts.root, owner);
    this.watches = new Watches(this.meter, this.slab, owner);
    this.stack = new KernelStack(this.meter.observer);
    const names = [PROGRAM, ...parts.structure.domains.map(({ name }) => name)];
    this.#homes = parts.registry.services.map(({ name }) => {
      const home = names.indexOf(parts.structure.place(name));
      if (home <= 0)
        throw new Error(`structure ${parts.structure.name} places '${name}' in no domain of its own`);
      return home;
    });
    this.#gates = names.map((from) =>
      this.#homes.map((home) => this.#gateOf(parts.structure.gate(from, names[home] as string))),
    );
  }

  attachScheduling(scheduling: Scheduling): void {
    this.#scheduling = scheduling;
  }

  get scheduling(): Scheduling {
    if (this.#scheduling === undefined) throw new Error('the kernel has no scheduler yet');
    return this.#scheduling;
  }

  /** Charged views of records. */
  get store(): RecordStore {
    return this.meter.store;
  }

  get root(): ReturnType<typeof KernelRoot.at> {
    return KernelRoot.at(this.meter.store, this.rootAddress);
  }

  get now(): Cycles {
    return this.meter.clock;
  }

  get thread(): PhysicalAddress {
    return this.meter.observer.u32[(this.#cells + MeterCells.offsets.thread) >>> 2] as number;
  }

  set thread(thread: PhysicalAddress) {
    this.meter.observer.u32[(this.#cells + MeterCells.offsets.thread) >>> 2] = thread;
  }

  /** The domain that executes: where a service's records belong. */
  get domain(): PhysicalAddress {
    return this.threads.observe(this.thread).executing;
  }

  /** The domain in which a service lives. */
  homeOf(service: string): PhysicalAddress {
    return this.domainOfPlan(this.#homes[this.registry.number(service)] as number);
  }

  domainOfPlan(plan: number): PhysicalAddress {
    const { domains } = KernelRoot.at(this.meter.observer, this.rootAddress);
    return this.meter.observer.u32[(domains >>> 2) + plan] as number;
  }

  /** The address of a service's root record, where it finds all that it knows; 0 before its boot. */
  serviceRoot(service: string): PhysicalAddress {
    const { services } = KernelRoot.at(this.meter.observer, this.rootAddress);
    return this.meter.observer.u32[(services >>> 2) + this.registry.number(service)] as number;
  }

  setServiceRoot(service: string, address: PhysicalAddress): void {
    const { services } = KernelRoot.at(this.meter.observer, this.rootAddress);
    this.meter.observer.u32[(services >>> 2) + this.registry.number(service)] = address;
  }

  /** A protection domain for a program, with cleared credentials; 0 when there is no memory for it. */
  createDomain(process: PhysicalAddress): PhysicalAddress {
    const owner = this.domainOfPlan(1);
    const address = this.slab.allocate(owner, Domain.size);
    if (address === 0) return 0;
    const credentials = this.slab.allocate(owner, Credentials.size);
    if (credentials === 0) {
      this.slab.release(address);
      return 0;
    }
    const domain = Domain.at(this.store, address);
    domain.process = process;
    domain.credentials = credentials;
    return address;
  }

  /** Ends a program's domain, when no thread executes in it and its frames are given back. */
  destroyDomain(address: PhysicalAddress): void {
    this.slab.release(Domain.at(this.store, address).credentials);
    this.slab.release(address);
  }

  /** Whose request this is: the credentials stamped on the calling thread's domain. */
  get credentials(): ViewOf<typeof Credentials.schema> {
    const { domain } = this.threads.observe(this.thread);
    return Credentials.at(this.store, Domain.at(this.meter.observer, domain).credentials);
  }

  /** A beneficiary for a process's bills. */
  createBeneficiary(id: number, name: string): PhysicalAddress {
    return makeBeneficiary(this.meter.observer, this.meter.allocate, this.rootAddress, id, name);
  }

  // --- outcomes of steps

  done(value = 0, second = 0): OutcomeNumber {
    return this.#finish(value, second, 0);
  }

  fail(error: number): OutcomeNumber {
    return this.#finish(0, 0, error);
  }

  call<S extends RequestSchema>(
    operation: OperationReference<S>,
    request: RequestOf<S>,
    then: string,
  ): OutcomeNumber {
    this.#goOnWith(then);
    this.enter(this.thread, operation, request);
    return Outcome.call;
  }

  pass(reply: Reply): OutcomeNumber {
    return this.#finish(reply.value, reply.second, reply.error);
  }

  goto(then: string): OutcomeNumber {
    this.#goOnWith(then);
    return Outcome.again;
  }

  end(): OutcomeNumber {
    return Outcome.end;
  }

  wait(
    queues: readonly PhysicalAddress[],
    until: Cycles,
    then: string,
    interruptible = true,
    words: readonly number[] = [],
  ): OutcomeNumber {
    this.#goOnWith(then);
    const thread = this.threads.at(this.thread);
    if (interruptible && thread.attention !== 0) {
      thread.replyValue = WakeReason.interrupted;
      thread.replyError = 0;
      return Outcome.again;
    }
    if (!this.waiting.enter(this.thread, queues, until, words)) {
      thread.replyValue = WakeReason.interrupted;
      return Outcome.again;
    }
    thread.interruptible = interruptible ? 1 : 0;
    thread.state = ThreadState.blocked;
    return Outcome.wait;
  }

  // --- waking

  wake(queue: PhysicalAddress, limit = Number.POSITIVE_INFINITY): number {
    let woken = 0;
    const view = WaitQueue.at(this.store, queue);
    view.wakes += 1;
    if (view.watches !== 0) this.#fireAll(view.watches);
    while (woken < limit) {
      const thread = this.waiting.first(queue);
      if (thread === 0) break;
      this.rouse(thread, WakeReason.woken);
      woken += 1;
    }
    return woken;
  }

  #fireAll(first: PhysicalAddress): void {
    for (let watch = first; watch !== 0; watch = this.watches.after(watch)) this.fire(watch);
  }

  /** Puts a watch into its list, as a waking of its queue does, and tells whoever waits for the list. */
  fire(watch: PhysicalAddress): void {
    const list = this.watches.mark(watch);
    if (list === undefined) return;
    this.wake(list.sleepers, 1);
    this.wake(list.polls);
  }

  /** Ends a thread's wait for a reason of WakeReason and makes it ready. */
  rouse(address: PhysicalAddress, reason: number): void {
    this.waiting.leave(address);
    const thread = this.threads.at(address);
    thread.replyValue = reason;
    thread.replyError = 0;
    this.scheduling.ready(address, 'woken');
  }

  /** Asks for a thread's attention before it returns to its program; ends its wait when a signal may. */
  alert(address: PhysicalAddress, bits: number): void {
    const thread = this.threads.at(address);
    thread.attention |= bits;
    if (thread.state === ThreadState.blocked && thread.interruptible === 1)
      this.rouse(address, WakeReason.interrupted);
  }

  // --- requests

  /** Sends a request on behalf of a thread from the domain in which it executes. */
  enter<S extends RequestSchema>(
    thread: PhysicalAddress,
    operation: OperationReference<S>,
    request: RequestOf<S>,
  ): void {
    this.#enterFrom(thread, this.threads.observe(thread).executing, operation, request);
  }

  /** Drops the innermost frame and carries its reply to whoever waits for it. */
  leave(thread: PhysicalAddress): void {
    const record = this.threads.observe(thread);
    const frame = this.stack.at(record.frame);
    const gate = this.#gateList[frame.gate] as Gate;
    const { client } = frame;
    this.stack.pop(thread);
    const back = record.frame === 0 ? record.domain : this.stack.at(record.frame).domain;
    gate.reply(this, thread, back);
    this.#executeIn(thread, back);
    if (client !== 0) throw new Error('no structure of this system answers another thread');
  }

  #enterFrom<S extends RequestSchema>(
    thread: PhysicalAddress,
    from: PhysicalAddress,
    reference: OperationReference<S>,
    request: RequestOf<S>,
  ): void {
    const target = this.registry.find(reference as OperationReference);
    const plan = Domain.at(this.meter.observer, from).plan;
    const gate = (this.#gates[plan] as readonly Gate[])[target.serviceNumber] as Gate;
    const home = this.domainOfPlan(this.#homes[target.serviceNumber] as number);
    this.#executeIn(thread, home);
    const runner = gate.request(this, thread, home);
    const frame = this.stack.push(runner, target.operation.slots);
    frame.service = target.serviceNumber;
    frame.operation = target.operationNumber;
    frame.domain = home;
    frame.gate = this.#gateList.indexOf(gate);
    this.#fill(frame.address, target, request);
    this.#countCrossing(gate);
  }

  #fill(frame: PhysicalAddress, target: Registered, request: Readonly<Record<string, number | Span>>): void {
    const { f64 } = this.meter.observer;
    const base = this.stack.slots(frame) / 8;
    for (const { name, slot, kind } of target.operation.fields) {
      const value = request[name];
      if (kind === 'span') writeSpan(f64, base + slot, value as Span);
      else f64[base + slot] = value as number;
    }
  }

  #executeIn(thread: PhysicalAddress, domain: PhysicalAddress): void {
    const record = this.threads.observe(thread);
    record.executing = domain;
    this.meter.select(domain, record.beneficiary, Phase.service);
  }

  #goOnWith(step: string): void {
    const frame = this.stack.at(this.threads.observe(this.thread).frame);
    const number = this.registry.at(frame.service, frame.operation).stepNumber[step];
    if (number === undefined) throw new Error(`an operation has no step '${step}'`);
    frame.step = number;
  }

  #finish(value: number, second: number, error: number): OutcomeNumber {
    const thread = Thread.at(this.meter.observer, this.thread);
    thread.replyValue = value;
    thread.replySecond = second;
    thread.replyError = error;
    return Outcome.done;
  }

  #gateOf(kind: string): Gate {
    const gate = this.#gateList.find((candidate) => candidate.kind === kind);
    if (gate === undefined)
      throw new Error(`structure ${this.structure.name} needs a gate of kind '${kind}'`);
    return gate;
  }

  #countCrossing(gate: Gate): void {
    const { crossings } = KernelRoot.at(this.meter.observer, this.rootAddress);
    const cell = crossings / 8 + GATE_KINDS.indexOf(gate.kind);
    (this.meter.observer.f64[cell] as number) += 1;
  }

  // --- spans and memory

  toSpan(span: Span, offset: number, from: PhysicalAddress, length: number): number {
    return this.#spanGate(span).move(this, span, offset, from, length, true);
  }

  fromSpan(span: Span, offset: number, to: PhysicalAddress, length: number): number {
    return this.#spanGate(span).move(this, span, offset, to, length, false);
  }

  /** The physical address behind a virtual one for an access, or -1. */
  locate(space: PhysicalAddress, address: VirtualAddress, access: AccessKind): PhysicalAddress | -1 {
    const { root, tag } = AddressSpace.at(this.meter.observer, space);
    return this.processor.translate(root, tag, address, access);
  }

  /** The address space of a thread's program. */
  spaceOf(thread: PhysicalAddress): PhysicalAddress {
    return Domain.at(this.meter.observer, this.threads.observe(thread).domain).space;
  }

  /** Counts one copy of bytes for the report. */
  countCopy(bytes: number): void {
    const root = KernelRoot.at(this.meter.observer, this.rootAddress);
    root.copies += 1;
    root.bytesCopied += bytes;
  }

  /** Charges for examining a byte string of some length. */
  examine(bytes: number): void {
    this.meter.charge(Primitive.wordExamined, Math.ceil(bytes / 8));
  }

  choose(point: string, options: number): number {
    return nextChoice(this.root, point, options);
  }

  /** The instant `seconds` after another, or NEVER. */
  after(from: Cycles, seconds: number): Cycles {
    return seconds === Number.POSITIVE_INFINITY ? NEVER : from + Math.ceil(seconds * this.hertz);
  }

  /** A span's gate is the one between its owner's domain and the executing one. */
  #spanGate(span: Span): Gate {
    const from = span.space === 0 ? this.domain : 0;
    if (from !== 0) return this.#gateOf('procedure');
    const home = Domain.at(this.meter.observer, this.domain).plan;
    const service = this.#homes.indexOf(home);
    return (this.#gates[0] as readonly Gate[])[service] as Gate;
  }
}
