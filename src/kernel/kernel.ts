/**
 * The kernel: the mechanisms that every structure is made of, in one handle that steps receive.
 *
 * It holds no state: everything is found from the kernel root in machine memory. Services use the verbs of StepContext
 * (done, fail, call, wait, wake, spans) and the mechanisms beside them (frames, slab, threads, meter).
 */
import { Primitive } from '../contracts/accounting.ts';
import { ErrorNumber } from '../contracts/errors.ts';
import type { AccessKind, Memory, Processor, TranslationKindNumber } from '../contracts/machine.ts';
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
import { PERSONALITY_SERVICE, type Structure } from '../contracts/structure.ts';
import { type Cycles, NEVER, type PhysicalAddress, type VirtualAddress } from '../contracts/units.ts';
import { nextChoice } from './choice.ts';
import { Devices } from './devices.ts';
import { Frames } from './frames.ts';
import { enterKernel, isUser, leaveKernel, TRAP_REGISTERS } from './gates/mode-switch.ts';
import { makeBeneficiary } from './layout.ts';
import type { Meter } from './meter.ts';
import { endTask } from './native/end.ts';
import { bequeathRights } from './native/service-rights.ts';
import type { NativeTracer } from './native/tracer.ts';
import {
  Account,
  AddressSpace,
  Credentials,
  Domain,
  KernelRoot,
  MeterCells,
  Thread,
  ThreadState,
  WaitQueue,
} from './objects.ts';
import { type OperationCodes, operationCodesOf } from './operation-code.ts';
import { type Finish, finishOf, type GoOnWith, goOnWithOf } from './outcomes.ts';
import type { KernelParts } from './parts.ts';
import type { RecordStore } from './records.ts';
import type { Registry } from './registry.ts';
import { Requests } from './requests.ts';
import type { Scheduling } from './scheduling.ts';
import { Servers } from './servers.ts';
import { Slab } from './slab.ts';
import { KernelStack } from './stack.ts';
import { Threads } from './threads.ts';
import { Waiting } from './waiting.ts';
import { Watches } from './watches.ts';

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
  readonly servers: Servers;
  readonly registry: Registry;
  /** The registry's operations as this kernel carries them out. */
  readonly codes: OperationCodes;
  readonly structure: Structure;
  readonly say: (message: string) => void;
  readonly nativeTracer: NativeTracer | undefined;
  readonly rootAddress: PhysicalAddress;
  /** Cycles in a second of virtual time. */
  readonly hertz: number;
  readonly requests: Requests;
  readonly devices: Devices;
  /** Address of the MeterCells record. */
  readonly cells: PhysicalAddress;
  /** Number of the personality's service, whose root every call looks for; -1 in a system without one. */
  readonly #personality: number;
  /** Charged views of records. */
  readonly store: RecordStore;
  // What every step asks for: the meter's arrays, and cells in them.
  readonly #u32: Uint32Array;
  readonly #f64: Float64Array;
  readonly #threadCell: number;
  readonly #executorCell: number;
  readonly #domainsCell: number;
  readonly #finish: Finish;
  readonly #goOnWith: GoOnWith;
  // wiring: set once by the workbench, because the scheduler needs the kernel first
  #scheduling: Scheduling | undefined;

  constructor(parts: KernelParts) {
    this.memory = parts.memory;
    this.processor = parts.processor;
    this.meter = parts.meter;
    this.structure = parts.structure;
    this.registry = parts.registry;
    this.rootAddress = parts.root;
    this.say = parts.say ?? (() => undefined);
    this.nativeTracer = parts.nativeTracer;
    this.hertz = parts.hertz;
    this.cells = parts.cells;
    this.store = this.meter.store;
    this.#u32 = this.meter.observer.u32;
    this.#f64 = this.meter.observer.f64;
    this.#threadCell = (this.cells >>> 2) + MeterCells.cells.thread;
    this.#executorCell = (this.cells >>> 2) + MeterCells.cells.executor;
    this.#domainsCell = (this.rootAddress >>> 2) + KernelRoot.cells.domains;
    const owner = this.domainOfPlan(1);
    this.frames = new Frames(this.memory, this.meter, parts.root, () => this.mechanism());
    this.slab = new Slab(this.memory, this.meter, this.frames);
    this.threads = new Threads(this.meter, this.frames, this.slab, parts.root, owner);
    this.waiting = new Waiting(this.meter, this.slab, parts.root, owner);
    this.watches = new Watches(this.meter, this.slab, owner);
    this.stack = new KernelStack(this.meter.observer);
    this.codes = operationCodesOf(this);
    this.#personality = this.registry.services.findIndex(({ name }) => name === PERSONALITY_SERVICE);
    this.#finish = finishOf(this.meter.observer, this.cells);
    this.#goOnWith = goOnWithOf(this.meter.observer, this.cells, this.codes);
    this.servers = new Servers(this);
    this.requests = new Requests(this, parts.gates, parts.faults ?? []);
    this.devices = new Devices(this, parts.devices ?? []);
  }

  attachScheduling(scheduling: Scheduling): void {
    this.#scheduling = scheduling;
  }

  get scheduling(): Scheduling {
    if (this.#scheduling === undefined) throw new Error('the kernel has no scheduler yet');
    return this.#scheduling;
  }

  get root(): ReturnType<typeof KernelRoot.at> {
    return KernelRoot.at(this.meter.store, this.rootAddress);
  }

  /** Are programs' addresses physical ones? */
  get hasRealMemory(): boolean {
    return this.structure.memory === 'real';
  }

  get now(): Cycles {
    return this.#f64[this.meter.clockCell] as number;
  }

  get thread(): PhysicalAddress {
    return this.#u32[this.#threadCell] as number;
  }

  /** The thread that executes the request: the requester's own, or a server's. 0 is none. */
  get executor(): PhysicalAddress {
    return this.#u32[this.#executorCell] as number;
  }

  set executor(thread: PhysicalAddress) {
    const requester = thread === 0 ? 0 : (this.#u32[(thread >>> 2) + Thread.cells.requester] as number);
    this.#u32[this.#executorCell] = thread;
    this.#u32[this.#threadCell] = requester || thread;
  }

  /** For whom a thread works: itself, unless it is a server. */
  requesterOf(thread: PhysicalAddress): PhysicalAddress {
    return this.threads.observe(thread).requester || thread;
  }

  /** The domain that executes: where a service's records belong. */
  get domain(): PhysicalAddress {
    const { executor } = this;
    if (executor === 0) return this.domainOfPlan(1);
    return this.#u32[(executor >>> 2) + Thread.cells.executing] as number;
  }

  /** A page of the kernel's through which messages pass. */
  get messageBuffer(): PhysicalAddress {
    return KernelRoot.at(this.meter.observer, this.rootAddress).messageBuffer;
  }

  /**
   * What follows is done by the kernel's own mechanisms. A service that runs in user mode asks for it by a trap; inside the
   * kernel it is just done.
   */
  mechanism(): void {
    const domain = this.#sound(this.#u32[(this.meter.account >>> 2) + Account.cells.domain] as number);
    const plan = this.#u32[(domain >>> 2) + Domain.cells.plan] as number;
    if (this.#u32[(domain >>> 2) + Domain.cells.privilege] !== 0 || plan === 0) return;
    enterKernel(this, TRAP_REGISTERS);
    leaveKernel(this, TRAP_REGISTERS);
    this.requests.countCrossing('trap', plan, 1);
  }

  /** The domain in which a service lives. */
  homeOf(service: string): PhysicalAddress {
    return this.domainOfPlan(this.requests.homes[this.registry.number(service)] as number);
  }

  domainOfPlan(plan: number): PhysicalAddress {
    return this.#u32[this.#domainsCell + plan] as number;
  }

  /** The address of a service's root record, where it finds all that it knows; 0 before its boot. */
  serviceRoot(service: string): PhysicalAddress {
    const place = (this.rootAddress >>> 2) + KernelRoot.cells.services;
    const isKnown = service === PERSONALITY_SERVICE && this.#personality >= 0;
    const number = isKnown ? this.#personality : this.registry.number(service);
    return this.#u32[place + number] as number;
  }

  setServiceRoot(service: string, address: PhysicalAddress): void {
    const { services } = KernelRoot.at(this.meter.observer, this.rootAddress);
    this.meter.observer.u32[(services >>> 2) + this.registry.number(service)] = address;
  }

  /** A protection domain for a program, with cleared credentials and one holder; 0 when there is no memory for it. */
  createDomain(process: PhysicalAddress): PhysicalAddress {
    this.mechanism();
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
    domain.holders = 1;
    if (bequeathRights(this, address)) return address;
    this.releaseDomain(address);
    return 0;
  }

  /** Keeps a domain for another holder, such as a space whose frames are on its account. */
  holdDomain(address: PhysicalAddress): void {
    this.mechanism();
    Domain.at(this.store, address).holders += 1;
  }

  /** Gives back a hold on a domain. With the last one a program's domain ends; by then its frames are given back. */
  releaseDomain(address: PhysicalAddress): void {
    this.mechanism();
    const domain = Domain.at(this.store, address);
    domain.holders -= 1;
    if (domain.holders > 0 || domain.credentials === 0) return;
    endTask(this, address);
    this.slab.release(domain.credentials);
    this.slab.release(address);
  }

  /** The personality's own record of the requesting thread. A server finds it in the message, as the sender's identity. */
  get sender(): PhysicalAddress {
    const isUnseen =
      this.store.guard === undefined || (this.meter.reach !== undefined && isUser(this, this.domain));
    if (!isUnseen) return this.threads.at(this.thread).personality;
    (this.#f64[this.store.readCell] as number) += 1;
    return this.#u32[(this.thread >>> 2) + Thread.cells.personality] as number;
  }

  /** Whose request this is: the credentials stamped on the calling thread's domain. */
  get credentials(): ViewOf<typeof Credentials.schema> {
    const { domain } = this.threads.observe(this.thread);
    return Credentials.at(this.store, Domain.at(this.meter.observer, domain).credentials);
  }

  /** A beneficiary for a process's bills; 0 when there is no memory. */
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
    this.requests.enter(this.executor, operation, request);
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
    const { executor } = this;
    const thread = this.threads.at(executor);
    if (interruptible && this.threads.at(this.thread).attention !== 0) {
      thread.replyValue = WakeReason.interrupted;
      thread.replyError = 0;
      return Outcome.again;
    }
    this.mechanism();
    if (!this.waiting.enter(executor, queues, until, words)) {
      thread.replyValue = WakeReason.interrupted;
      thread.replyError = ErrorNumber.ENOMEM;
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
    const { watches } = view;
    if (watches !== 0 || (limit > 0 && this.waiting.first(queue) !== 0)) this.mechanism();
    if (watches !== 0) this.#fireAll(watches);
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
    thread.interruptible = 0;
    thread.replyValue = reason;
    thread.replyError = 0;
    this.scheduling.ready(address, 'woken');
  }

  /** Asks for a thread's attention before it returns to its program; ends its wait when a signal may. */
  alert(address: PhysicalAddress, bits: number): void {
    this.threads.at(address).attention |= bits;
    const sleeper = this.servers.innermost(address);
    const { state, interruptible } = this.threads.at(sleeper);
    if (state !== ThreadState.blocked || interruptible === 0) return;
    this.mechanism();
    this.rouse(sleeper, WakeReason.interrupted);
  }

  /** Sends a request on behalf of a thread from the domain in which it executes. */
  enter<S extends RequestSchema>(
    thread: PhysicalAddress,
    operation: OperationReference<S>,
    request: RequestOf<S>,
  ): void {
    this.requests.enter(thread, operation, request);
  }

  // --- spans and memory

  toSpan(span: Span, offset: number, from: PhysicalAddress, length: number): number {
    return this.requests.spanGate(span).move(this, span, offset, from, length, true);
  }

  fromSpan(span: Span, offset: number, to: PhysicalAddress, length: number): number {
    return this.requests.spanGate(span).move(this, span, offset, to, length, false);
  }

  /** The physical address behind a virtual one for an access, or -1. */
  locate(space: PhysicalAddress, address: VirtualAddress, access: AccessKind): PhysicalAddress | -1 {
    const record = this.#sound(space) >>> 2;
    const kind = this.#u32[record + AddressSpace.cells.kind] as TranslationKindNumber;
    const root = this.#u32[record + AddressSpace.cells.root] as number;
    const tag = this.#u32[record + AddressSpace.cells.tag] as number;
    return this.processor.translate(root, tag, address, access, kind);
  }

  /** Bytes that the executing domain reads or writes other than as records: through translation, when that is modelled. */
  reach(start: PhysicalAddress, length: number, writing: boolean): void {
    this.meter.reach?.range(start, length, writing);
  }

  /** An address of a record that is read without a view: where any record may be damaged, it is looked at first. */
  #sound(address: PhysicalAddress): PhysicalAddress {
    this.meter.observer.guard?.check(address, 4, false);
    return address;
  }

  /** The address space of a thread's program. */
  spaceOf(thread: PhysicalAddress): PhysicalAddress {
    const domain = this.#sound(this.#u32[(thread >>> 2) + Thread.cells.domain] as number);
    return this.#u32[(domain >>> 2) + Domain.cells.space] as number;
  }

  /** Counts one copy of bytes for the report. */
  countCopy(bytes: number): void {
    const root = this.rootAddress >>> 3;
    (this.#f64[root + KernelRoot.cells.copies] as number) += 1;
    (this.#f64[root + KernelRoot.cells.bytesCopied] as number) += bytes;
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
}
