/**
 * The way in and the way out of every request: its gate's charge, its frame, the domain that executes, and the counts for the report.
 *
 * Most of what a kernel does passes here, so each of these is made for its kernel: the host's compiler then knows where the
 * kernel's parts and their arrays lie. What is rare is handed in by requests.ts.
 */

import { Phase, Primitive, type PrimitiveNumber } from '../contracts/accounting.ts';
import type { FaultPlan } from '../contracts/faults.ts';
import type { OperationReference, RequestOf, RequestSchema } from '../contracts/service.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import { faultDue } from './faults.ts';
import type { Gate, GateCharges, HandingGate } from './gate.ts';
import { dropHeldSpans } from './held-spans.ts';
import type { Kernel } from './kernel.ts';
import type { Meter } from './meter.ts';
import { Domain, KernelRoot, MessageState, StackFrame, Thread } from './objects.ts';
import type { Operation } from './operation.ts';
import type { OperationCode } from './operation-code.ts';

/** A gate's ways in and out. */
interface Way {
  /** Does it do no more than charge twice at most, each way? */
  readonly isPlain: boolean;
  readonly request: GatePrices;
  readonly reply: GatePrices;
}

/** How a request goes from one domain to another: the gate, its number in frames, and the cells that count its crossings. */
export interface Route extends Way {
  readonly gate: Gate;
  readonly number: number;
  readonly crossings: number;
  readonly traffic: number;
}

/** Two charges, the second of which may be of nothing. */
interface GatePrices {
  readonly first: PrimitiveNumber;
  readonly firstCount: number;
  readonly second: PrimitiveNumber;
  readonly secondCount: number;
}

const NO_CHARGE: GateCharges[number] = [Primitive.instruction, 0];

function twoOf(charges: GateCharges): GatePrices {
  const [[first, firstCount] = NO_CHARGE, [second, secondCount] = NO_CHARGE] = charges;
  return { first, firstCount, second, secondCount };
}

export function wayOf({ meter }: Kernel, gate: Gate): Way {
  if (gate.handsOver) return { isPlain: false, request: twoOf([]), reply: twoOf([]) };
  const { requestCharges, replyCharges } = gate;
  const isPlain = meter.reach === undefined && requestCharges.length <= 2 && replyCharges.length <= 2;
  return { isPlain, request: twoOf(requestCharges), reply: twoOf(replyCharges) };
}

function chargeBothOf({ charge }: Meter): (prices: GatePrices) => void {
  return ({ first, firstCount, second, secondCount }) => {
    if (firstCount !== 0) charge(first, firstCount);
    if (secondCount !== 0) charge(second, secondCount);
  };
}

/** Has a thread execute in a domain from now on. */
export type ExecuteIn = (thread: PhysicalAddress, domain: PhysicalAddress) => void;

export function executeInOf({ meter }: Kernel): ExecuteIn {
  const { select } = meter;
  const { u32 } = meter.observer;
  const { executing: EXECUTING, beneficiary: BENEFICIARY } = Thread.cells;
  return (thread, domain) => {
    u32[(thread >>> 2) + EXECUTING] = domain;
    select(domain, u32[(thread >>> 2) + BENEFICIARY] as number, Phase.service);
  };
}

/** Sends a request on behalf of a thread from the domain in which it executes. */
export type Enter = <S extends RequestSchema>(
  thread: PhysicalAddress,
  reference: OperationReference<S>,
  request: RequestOf<S>,
) => void;

/** What a reference leads to: the operation as the kernel carries it out, its home, and the ways there by plan index. */
interface Target {
  readonly operation: Operation;
  readonly code: OperationCode;
  readonly home: number;
  readonly routes: readonly Route[];
}

type FindTarget = (reference: OperationReference) => Target;

function findTargetOf(
  { registry, codes }: Kernel,
  homes: readonly number[],
  routes: readonly (readonly Route[])[],
): FindTarget {
  // cache: what was found, by the references' numbers; without it it is found again
  const targets: (Target | undefined)[] = [];
  const find = (reference: OperationReference): Target => {
    const { operation, serviceNumber, operationNumber } = registry.find(reference);
    const home = homes[serviceNumber] as number;
    const code = codes(serviceNumber, operationNumber);
    const target: Target = { operation, code, home, routes: routes.map((row) => row[home] as Route) };
    const { number = -1 } = reference;
    // Numbers in between stand for nothing yet: a list without holes is quicker.
    while (targets.length <= number) targets.push(undefined);
    if (number >= 0) targets[number] = target;
    return target;
  };
  return (reference) => {
    const { number = -1 } = reference;
    const known = number >= 0 && number < targets.length ? targets[number] : undefined;
    return known ?? find(reference);
  };
}

/**
 * @param homes plan index of the domain of each service. @param routes by plan index of both domains. @param send hands the message
 * on top of a thread's stack to a server.
 */
export function enterOf(
  kernel: Kernel,
  homes: readonly number[],
  routes: readonly (readonly Route[])[],
  faults: readonly FaultPlan[],
  executeIn: ExecuteIn,
  send: (thread: PhysicalAddress) => void,
): Enter {
  const { stack } = kernel;
  const { f64, u32 } = kernel.meter.observer;
  const findTarget = findTargetOf(kernel, homes, routes);
  const chargeBoth = chargeBothOf(kernel.meter);
  const { message: MESSAGE } = StackFrame.cells;
  const { executing: EXECUTING } = Thread.cells;
  const { plan: PLAN } = Domain.cells;
  const domains = (kernel.rootAddress >>> 2) + KernelRoot.cells.domains;
  return (thread, reference, request) => {
    const target = findTarget(reference as OperationReference);
    const from = u32[(thread >>> 2) + EXECUTING] as number;
    const route = target.routes[u32[(from >>> 2) + PLAN] as number] as Route;
    const home = u32[domains + target.home] as number;
    if (route.isPlain) {
      executeIn(thread, home);
      chargeBoth(route.request);
    } else if (!route.gate.handsOver) {
      executeIn(thread, home);
      route.gate.request(kernel, from, home, target.operation.words);
    }
    const frame = target.code.push(thread, home, route.number, request);
    if (faults.length > 0) stack.at(frame).fault = faultDue(kernel, faults, reference.service);
    (f64[route.crossings] as number) += 1;
    (f64[route.traffic] as number) += 1;
    if (route.isPlain || !route.gate.handsOver) return;
    // A thread that does not run yet sends when it does.
    if (thread === kernel.executor) send(thread);
    else u32[(frame >>> 2) + MESSAGE] = MessageState.unsent;
  };
}

/** Drops the innermost frame of a thread and carries its reply to whoever waits for it. */
export type Leave = (thread: PhysicalAddress) => void;

/** @param answer the reply of a server to its client, or to nobody (0), from its domain. */
export function leaveOf(
  kernel: Kernel,
  gates: readonly Gate[],
  executeIn: ExecuteIn,
  answer: (
    gate: HandingGate,
    server: PhysicalAddress,
    client: PhysicalAddress,
    domain: PhysicalAddress,
  ) => void,
): Leave {
  const { u32 } = kernel.meter.observer;
  const { frame: FRAME, domain: OWN_DOMAIN } = Thread.cells;
  const { domain: DOMAIN, gate: GATE, client: CLIENT, orphaned: ORPHANED, below: BELOW } = StackFrame.cells;
  const chargeBoth = chargeBothOf(kernel.meter);
  const ways = gates.map((gate) => wayOf(kernel, gate));
  return (thread) => {
    const frame = u32[(thread >>> 2) + FRAME] as number;
    const number = u32[(frame >>> 2) + GATE] as number;
    const domain = u32[(frame >>> 2) + DOMAIN] as number;
    const isOrphaned = u32[(frame >>> 2) + ORPHANED] !== 0;
    if (isOrphaned) dropHeldSpans(kernel, frame);
    const below = u32[(frame >>> 2) + BELOW] as number;
    u32[(thread >>> 2) + FRAME] = below;
    const back = (below === 0 ? u32[(thread >>> 2) + OWN_DOMAIN] : u32[(below >>> 2) + DOMAIN]) as number;
    const way = ways[number] as Way;
    if (way.isPlain) {
      chargeBoth(way.reply);
      executeIn(thread, back);
      return;
    }
    const gate = gates[number] as Gate;
    if (gate.handsOver) {
      const client = u32[(frame >>> 2) + CLIENT] as number;
      answer(gate, thread, isOrphaned ? 0 : client, domain);
      if (isOrphaned && client !== 0) kernel.servers.fail(client);
      return;
    }
    gate.reply(kernel, domain, back);
    executeIn(thread, back);
  };
}
