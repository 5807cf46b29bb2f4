/**
 * Requests: how one finds its way to the service that it is for, through the gate that the structure has put there, and how
 * the reply finds its way back. Rules of use: steps send by `Kernel.call`; only the executive uses `leave` and `send`.
 */
import { GATE_KINDS, type GateKind, Phase } from '../contracts/accounting.ts';
import type { FaultPlan } from '../contracts/faults.ts';
import type { ViewOf } from '../contracts/records.ts';
import type { OperationReference, RequestOf, RequestSchema, Span } from '../contracts/service.ts';
import { type GateName, PROGRAM } from '../contracts/structure.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import { faultDue } from './faults.ts';
import type { Gate, HandingGate } from './gate.ts';
import { dropHeldSpans } from './held-spans.ts';
import type { Kernel } from './kernel.ts';
import { Domain, KernelRoot, MessageState, MOST_DOMAINS, type StackFrame } from './objects.ts';

/** Plan index of the kernel's own domain. */
const KERNEL_PLAN = 1;
/** What the message of an interrupt says: which line it was. */
const INTERRUPT_WORDS = 1;

export class Requests {
  /** Plan index of the domain of each service. */
  readonly homes: readonly number[];
  readonly #kernel: Kernel;
  /** Gates by plan index of both domains; 0 is a program. */
  readonly #gates: readonly (readonly Gate[])[];
  readonly #gateList: readonly Gate[];
  readonly #faults: readonly FaultPlan[];

  /** Throws an Error that names what a structure lacks. */
  constructor(kernel: Kernel, gates: readonly Gate[], faults: readonly FaultPlan[]) {
    this.#kernel = kernel;
    this.#faults = faults;
    this.#gateList = gates;
    const { structure, registry } = kernel;
    const names = [PROGRAM, ...structure.domains.map(({ name }) => name)];
    if (names.length > MOST_DOMAINS)
      throw new Error(`structure ${structure.name} has more than ${MOST_DOMAINS - 1} domains`);
    this.homes = registry.services.map(({ name }) => {
      const home = names.indexOf(structure.place(name));
      if (home <= 0) throw new Error(`structure ${structure.name} places '${name}' in no domain of its own`);
      return home;
    });
    this.#gates = names.map((from) => names.map((to) => this.#gateBetween(from, to)));
  }

  #gateBetween(from: string, to: string): Gate {
    const { structure } = this.#kernel;
    if (to === PROGRAM || from === to) return this.#gateOf('procedure');
    const gate = this.#gateOf(structure.gate(from, to));
    const isKernel = structure.domains.some(({ name, privilege }) => name === to && privilege === 'kernel');
    if (gate.handsOver && isKernel)
      throw new Error(
        `structure ${structure.name} joins ${from} to ${to} by ${gate.name}: a kernel domain has no servers to take requests`,
      );
    return gate;
  }

  /** The name of a gate by the number that frames have of it; undefined when there is none. For inspectors. */
  gateName(gate: number): GateName | undefined {
    return this.#gateList[gate]?.name;
  }

  /** Sends a request on behalf of a thread from the domain in which it executes. */
  enter<S extends RequestSchema>(
    thread: PhysicalAddress,
    operation: OperationReference<S>,
    request: RequestOf<S>,
  ): void {
    this.#enterFrom(thread, this.#kernel.threads.observe(thread).executing, operation, request);
  }

  /** The same by a gate that keeps the caller's thread, whatever the structure says: the kernel's own choice of a path. */
  enterBy(
    name: 'trap' | 'shortTrap',
    thread: PhysicalAddress,
    operation: OperationReference,
    request: Readonly<Record<string, number>>,
  ): void {
    const gate = this.#gateOf(name);
    const from = this.#kernel.threads.observe(thread).executing;
    const home = this.#kernel.domainOfPlan(1);
    this.#executeIn(thread, home);
    gate.request(this.#kernel, from, home, 0);
    this.suspend(name, thread, operation, request);
    this.countCrossing(gate.kind, 0, 1);
  }

  /** A blocked thread's call is answered by somebody else: its frame goes, and it is back in its program. */
  dismiss(thread: PhysicalAddress): void {
    const view = this.#kernel.threads.observe(thread);
    const gate = this.#gateList[this.#kernel.stack.at(view.frame).gate] as Gate;
    this.#kernel.stack.pop(thread);
    view.executing = view.domain;
    gate.reply(this.#kernel, this.#kernel.domainOfPlan(1), view.domain);
  }

  /** Gives a thread the frame of an operation of the kernel's, without a charge: the caller's path has charged the way in. */
  suspend(
    name: 'trap' | 'shortTrap',
    thread: PhysicalAddress,
    operation: OperationReference,
    request: Readonly<Record<string, number>>,
  ): ViewOf<typeof StackFrame.schema> {
    const target = this.#kernel.registry.find(operation);
    const frame = this.#kernel.stack.push(thread, target.operation.slots);
    frame.service = target.serviceNumber;
    frame.operation = target.operationNumber;
    frame.domain = this.#kernel.domainOfPlan(1);
    frame.gate = this.#gateList.indexOf(this.#gateOf(name));
    target.operation.fill(
      this.#kernel.meter.observer.f64,
      this.#kernel.stack.slots(frame.address) / 8,
      request,
    );
    return frame;
  }

  /** Drops the innermost frame of a thread and carries its reply to whoever waits for it. */
  leave(thread: PhysicalAddress): void {
    const record = this.#kernel.threads.observe(thread);
    const { gate: index, client, domain, orphaned } = this.#kernel.stack.at(record.frame);
    const gate = this.#gateList[index] as Gate;
    if (orphaned !== 0) dropHeldSpans(this.#kernel, record.frame);
    this.#kernel.stack.pop(thread);
    if (gate.handsOver) {
      this.#answer(gate, thread, orphaned === 0 ? client : 0, domain);
      if (orphaned !== 0 && client !== 0) this.#kernel.servers.fail(client);
      return;
    }
    const back = record.frame === 0 ? record.domain : this.#kernel.stack.at(record.frame).domain;
    gate.reply(this.#kernel, domain, back);
    this.#executeIn(thread, back);
  }

  /** The reply of a server to its client, who waits for it. */
  #answer(
    gate: HandingGate,
    server: PhysicalAddress,
    client: PhysicalAddress,
    domain: PhysicalAddress,
  ): void {
    const { executing, beneficiary } = this.#kernel.threads.observe(client || server);
    this.#asKernelFor(beneficiary);
    gate.reply(this.#kernel, domain, executing);
    const next = this.#kernel.servers.answer(server, client);
    // A client that has died waits for nothing.
    if (client !== 0) gate.switchTo(this.#kernel, server, client);
    if (next !== 0) this.#kernel.scheduling.ready(server, 'woken');
  }

  /** An interrupt becomes a message of the kernel's to a server; in the kernel's own domain there is nothing to send. */
  notify(listener: PhysicalAddress): void {
    const { plan } = Domain.at(this.#kernel.meter.observer, listener);
    const gate = (this.#gates[KERNEL_PLAN] as readonly Gate[])[plan] as Gate;
    if (!gate.handsOver) return;
    gate.notify(this.#kernel, INTERRUPT_WORDS);
    this.countCrossing(gate.kind, KERNEL_PLAN, plan);
  }

  /** Is a frame a message that its thread is to send, now that it runs? */
  isUnsent(frame: PhysicalAddress): boolean {
    return this.#kernel.stack.at(frame).message === MessageState.unsent;
  }

  /** Hands the message on top of a thread's stack to a server. */
  send(thread: PhysicalAddress): void {
    const { executing, beneficiary, frame } = this.#kernel.threads.observe(thread);
    const message = this.#kernel.stack.at(frame);
    const { domain, service, operation } = message;
    const gate = this.#gateList[message.gate] as HandingGate;
    message.message = MessageState.none;
    this.#asKernelFor(beneficiary);
    gate.request(this.#kernel, executing, domain, this.#kernel.registry.at(service, operation).words);
    const server = this.#kernel.servers.deliver(thread);
    if (server !== 0) gate.switchTo(this.#kernel, thread, server);
  }

  #enterFrom<S extends RequestSchema>(
    thread: PhysicalAddress,
    from: PhysicalAddress,
    reference: OperationReference<S>,
    request: RequestOf<S>,
  ): void {
    const target = this.#kernel.registry.find(reference as OperationReference);
    const plan = Domain.at(this.#kernel.meter.observer, from).plan;
    const there = this.homes[target.serviceNumber] as number;
    const gate = (this.#gates[plan] as readonly Gate[])[there] as Gate;
    const home = this.#kernel.domainOfPlan(there);
    if (!gate.handsOver) {
      this.#executeIn(thread, home);
      gate.request(this.#kernel, from, home, target.operation.words);
    }
    const frame = this.#kernel.stack.push(thread, target.operation.slots);
    frame.service = target.serviceNumber;
    frame.operation = target.operationNumber;
    frame.domain = home;
    frame.gate = this.#gateList.indexOf(gate);
    if (this.#faults.length > 0) frame.fault = faultDue(this.#kernel, this.#faults, reference.service);
    target.operation.fill(
      this.#kernel.meter.observer.f64,
      this.#kernel.stack.slots(frame.address) / 8,
      request,
    );
    this.countCrossing(gate.kind, plan, there);
    if (!gate.handsOver) return;
    // A thread that does not run yet sends when it does.
    if (thread === this.#kernel.executor) this.send(thread);
    else frame.message = MessageState.unsent;
  }

  #asKernelFor(beneficiary: PhysicalAddress): void {
    this.#kernel.meter.select(this.#kernel.domainOfPlan(1), beneficiary, Phase.service);
  }

  #executeIn(thread: PhysicalAddress, domain: PhysicalAddress): void {
    const record = this.#kernel.threads.observe(thread);
    record.executing = domain;
    this.#kernel.meter.select(domain, record.beneficiary, Phase.service);
  }

  #gateOf(name: GateName): Gate {
    const gate = this.#gateList.find((candidate) => candidate.name === name);
    if (gate === undefined)
      throw new Error(`structure ${this.#kernel.structure.name} needs a gate that is not there: '${name}'`);
    return gate;
  }

  /** Notes a crossing for the report: its kind, and the plan indices of the domains that it joins. */
  countCrossing(kind: GateKind, from: number, to: number): void {
    const { meter, rootAddress } = this.#kernel;
    const { crossings, traffic } = KernelRoot.at(meter.observer, rootAddress);
    const { f64 } = meter.observer;
    (f64[crossings / 8 + GATE_KINDS.indexOf(kind)] as number) += 1;
    (f64[traffic / 8 + from * MOST_DOMAINS + to] as number) += 1;
  }

  /** A span's gate is the one between its owner's domain and the executing one. */
  spanGate(span: Span): Gate {
    const { meter, domain, frames } = this.#kernel;
    const owner = span.space === 0 ? frames.ownerOf(span.start) : 0;
    const from = owner === 0 ? 0 : Domain.at(meter.observer, owner).plan;
    const to = Domain.at(meter.observer, domain).plan;
    return (this.#gates[from] as readonly Gate[])[to] as Gate;
  }
}
