/**
 * Requests: how one finds its way to the service that it is for, through the gate that the structure has put there, and how
 * the reply finds its way back. Rules of use: steps send by `Kernel.call`; only the executive uses `leave` and `send`.
 */
import { GATE_KINDS, type GateKind, Phase } from '../contracts/accounting.ts';
import type { FaultPlan } from '../contracts/faults.ts';
import type { ViewOf } from '../contracts/records.ts';
import type { OperationReference, Span } from '../contracts/service.ts';
import { type GateName, PROGRAM } from '../contracts/structure.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import {
  type Enter,
  type ExecuteIn,
  enterOf,
  executeInOf,
  type Leave,
  leaveOf,
  type Route,
  wayOf,
} from './crossings.ts';
import type { Gate, HandingGate } from './gate.ts';
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
  /** By plan index of both domains; 0 is a program. */
  readonly #routes: readonly (readonly Route[])[];
  readonly #gateList: readonly Gate[];
  readonly #executeIn: ExecuteIn;
  readonly enter: Enter;
  /** Drops the innermost frame of a thread and carries its reply to whoever waits for it. */
  readonly leave: Leave;

  /** Throws an Error that names what a structure lacks. */
  constructor(kernel: Kernel, gates: readonly Gate[], faults: readonly FaultPlan[]) {
    this.#kernel = kernel;
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
    this.#routes = names.map((from, fromPlan) =>
      names.map((to, toPlan) => {
        const gate = this.#gateBetween(from, to);
        const cells = this.#crossingCells(gate.kind, fromPlan, toPlan);
        return { gate, number: gates.indexOf(gate), ...wayOf(kernel, gate), ...cells };
      }),
    );
    this.#executeIn = executeInOf(kernel);
    this.enter = enterOf(kernel, this.homes, this.#routes, faults, this.#executeIn, (thread) =>
      this.send(thread),
    );
    this.leave = leaveOf(kernel, gates, this.#executeIn, (...reply) => this.#answer(...reply));
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
    const { serviceNumber, operationNumber } = this.#kernel.registry.find(operation);
    const { push } = this.#kernel.codes(serviceNumber, operationNumber);
    const gate = this.#gateList.indexOf(this.#gateOf(name));
    return this.#kernel.stack.at(push(thread, this.#kernel.domainOfPlan(1), gate, request));
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
    const { gate } = this.#route(KERNEL_PLAN, plan);
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

  #route(from: number, to: number): Route {
    return (this.#routes[from] as readonly Route[])[to] as Route;
  }

  #asKernelFor(beneficiary: PhysicalAddress): void {
    this.#kernel.meter.select(this.#kernel.domainOfPlan(1), beneficiary, Phase.service);
  }

  #gateOf(name: GateName): Gate {
    const gate = this.#gateList.find((candidate) => candidate.name === name);
    if (gate === undefined)
      throw new Error(`structure ${this.#kernel.structure.name} needs a gate that is not there: '${name}'`);
    return gate;
  }

  /** Notes a crossing for the report: its kind, and the plan indices of the domains that it joins. */
  countCrossing(kind: GateKind, from: number, to: number): void {
    const { f64 } = this.#kernel.meter.observer;
    const { crossings, traffic } = this.#crossingCells(kind, from, to);
    (f64[crossings] as number) += 1;
    (f64[traffic] as number) += 1;
  }

  #crossingCells(kind: GateKind, from: number, to: number): Pick<Route, 'crossings' | 'traffic'> {
    const root = this.#kernel.rootAddress >>> 3;
    const { crossings, traffic } = KernelRoot.cells;
    return {
      crossings: root + crossings + GATE_KINDS.indexOf(kind),
      traffic: root + traffic + from * MOST_DOMAINS + to,
    };
  }

  /** A span's gate is the one between its owner's domain and the executing one. */
  spanGate(span: Span): Gate {
    const { meter, domain, frames } = this.#kernel;
    const { u32 } = meter.observer;
    const { plan: PLAN } = Domain.cells;
    const owner = span.space === 0 ? frames.ownerOf(span.start) : 0;
    const from = owner === 0 ? 0 : (u32[(owner >>> 2) + PLAN] as number);
    const to = u32[(domain >>> 2) + PLAN] as number;
    return this.#route(from, to).gate;
  }
}
