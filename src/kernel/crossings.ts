/**
 * The way in and the way out of every request: its gate's charge, its frame, the domain that executes, and the counts for the report.
 *
 * Most of what a kernel does passes here, so each of these is made for its kernel: the host's compiler then knows where the
 * kernel's parts and their arrays lie. What is rare is handed in by requests.ts.
 */

import { Phase, type PrimitiveNumber } from '../contracts/accounting.ts';
import type { FaultPlan } from '../contracts/faults.ts';
import type { OperationReference, RequestOf, RequestSchema } from '../contracts/service.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import { faultDue } from './faults.ts';
import type { Gate, HandingGate } from './gate.ts';
import { dropHeldSpans } from './held-spans.ts';
import type { Kernel } from './kernel.ts';
import type { Meter } from './meter.ts';
import { Domain, KernelRoot, MessageState, StackFrame, Thread } from './objects.ts';

/** Charges as numbers in a row: a primitive, how many, and so on. */
type ChargeRow = readonly number[];

/** How a request goes from one domain to another: the gate, its number in frames, and the cells that count its crossings. */
export interface Route {
  readonly gate: Gate;
  readonly number: number;
  readonly charges: RouteCharges | undefined;
  readonly crossings: number;
  readonly traffic: number;
}

/** What a gate's ways in and out charge, if that is all that they do. */
interface RouteCharges {
  readonly request: ChargeRow;
  readonly reply: ChargeRow;
}

export function chargesOf({ meter }: Kernel, gate: Gate): RouteCharges | undefined {
  if (gate.handsOver || meter.reach !== undefined) return undefined;
  return { request: gate.requestCharges.flat(), reply: gate.replyCharges.flat() };
}

/** Charges all of a row. */
function chargeRowOf({ charge }: Meter): (row: ChargeRow) => void {
  return (row) => {
    for (let at = 0; at < row.length; at += 2) charge(row[at] as PrimitiveNumber, row[at + 1] as number);
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
  const { stack, registry, codes } = kernel;
  const { push } = stack;
  const { f64, u32, u16 } = kernel.meter.observer;
  const chargeRow = chargeRowOf(kernel.meter);
  const { service: SERVICE, operation: OPERATION, message: MESSAGE } = StackFrame.cells;
  const { domain: DOMAIN, gate: GATE } = StackFrame.cells;
  const { executing: EXECUTING } = Thread.cells;
  const { plan: PLAN } = Domain.cells;
  const domains = (kernel.rootAddress >>> 2) + KernelRoot.cells.domains;
  return (thread, reference, request) => {
    const from = u32[(thread >>> 2) + EXECUTING] as number;
    const { operation, serviceNumber, operationNumber } = registry.find(reference as OperationReference);
    const there = homes[serviceNumber] as number;
    const route = (routes[u32[(from >>> 2) + PLAN] as number] as readonly Route[])[there] as Route;
    const { gate, charges } = route;
    const home = u32[domains + there] as number;
    if (charges !== undefined) {
      executeIn(thread, home);
      chargeRow(charges.request);
    } else if (!gate.handsOver) {
      executeIn(thread, home);
      gate.request(kernel, from, home, operation.words);
    }
    const frame = push(thread, operation.slots);
    u16[(frame >>> 1) + SERVICE] = serviceNumber;
    u16[(frame >>> 1) + OPERATION] = operationNumber;
    u32[(frame >>> 2) + DOMAIN] = home;
    u32[(frame >>> 2) + GATE] = route.number;
    if (faults.length > 0) stack.at(frame).fault = faultDue(kernel, faults, reference.service);
    codes(serviceNumber, operationNumber).fill((frame + StackFrame.size) >>> 3, request);
    (f64[route.crossings] as number) += 1;
    (f64[route.traffic] as number) += 1;
    if (charges !== undefined || !gate.handsOver) return;
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
  const chargeRow = chargeRowOf(kernel.meter);
  const charges = gates.map((gate) => chargesOf(kernel, gate)?.reply);
  return (thread) => {
    const frame = u32[(thread >>> 2) + FRAME] as number;
    const number = u32[(frame >>> 2) + GATE] as number;
    const domain = u32[(frame >>> 2) + DOMAIN] as number;
    const isOrphaned = u32[(frame >>> 2) + ORPHANED] !== 0;
    if (isOrphaned) dropHeldSpans(kernel, frame);
    const below = u32[(frame >>> 2) + BELOW] as number;
    u32[(thread >>> 2) + FRAME] = below;
    const back = (below === 0 ? u32[(thread >>> 2) + OWN_DOMAIN] : u32[(below >>> 2) + DOMAIN]) as number;
    const row = charges[number];
    if (row !== undefined) {
      chargeRow(row);
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
