/**
 * Faults on purpose: what happens when a service's code goes wrong in its domain.
 *
 * In a user domain it is the server's end: a wild store is caught by the address space, a loop by the limit on what one
 * request may compute. In the kernel's domain nothing stands in the way: the store lands where it lands, and a crash or a
 * loop is the machine's end.
 */
import { Primitive } from '../contracts/accounting.ts';
import { FAULT_KINDS, type FaultKind, type FaultPlan } from '../contracts/faults.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../contracts/units.ts';
import { isUser } from './gates/mode-switch.ts';
import type { Kernel } from './kernel.ts';
import { KernelRoot } from './objects.ts';

/** A service's code has failed, as a processor or a watchdog notices it. */
export class ServiceFault extends Error {}

/** Seconds that a server may compute for one request, and a kernel with interrupts masked, before it is taken for hung. */
export const PATIENCE = 1;
/** Steps that a thread may take without being in its program or waiting; more than the largest request needs by far. */
export const MOST_STEPS = 4_000_000;
/** What a wild store stores, and how many words. */
const JUNK = 0xdeadbeef;
const JUNK_WORDS = 8;
/** The part of a loop that is one step: interrupts land at its end. */
const LOOP_SHARE = 1000;

/** Notes a request to a service; returns the fault that is to happen in it (1 + index of FAULT_KINDS), or 0. */
export function faultDue(k: Kernel, plans: readonly FaultPlan[], service: string): number {
  const number = k.registry.number(service);
  const cell = KernelRoot.at(k.meter.observer, k.rootAddress).requests / 8 + number;
  const count = (k.meter.observer.f64[cell] as number) + 1;
  k.meter.observer.f64[cell] = count;
  const due = plans.find((plan) => plan.service === service && plan.at === count);
  return due === undefined ? 0 : 1 + FAULT_KINDS.indexOf(due.kind);
}

/**
 * Carries out a fault in the domain that executes. Returns true when the request goes on (a store that nobody caught), false
 * when its code loops and is to be asked again. Throws ServiceFault when it is noticed.
 */
export function carryOut(k: Kernel, fault: number, service: string): boolean {
  const kind = FAULT_KINDS[fault - 1] as FaultKind;
  if (kind === 'crash') throw new ServiceFault(`${service} read from address 0`);
  if (kind === 'wild-store') return storeWildly(k, service);
  const loop = k.hertz * PATIENCE;
  const price = k.meter.prices[Primitive.procedureCall] as number;
  if (isUser(k, k.domain)) {
    k.meter.charge(Primitive.procedureCall, Math.ceil(loop / LOOP_SHARE / price));
    return false;
  }
  k.meter.charge(Primitive.procedureCall, Math.ceil(loop / price));
  throw new ServiceFault(`${service} did not come back for ${PATIENCE} s with interrupts masked (watchdog)`);
}

/** An operation that never rests is a defect of ours, which must not become an endless run. */
export function goneInCircles(k: Kernel, frameAddress: PhysicalAddress): never {
  const { service, operation } = k.stack.at(frameAddress);
  const { reference } = k.registry.at(service, operation);
  const name = `${reference.service}.${reference.operation}`;
  throw new ServiceFault(`${name} goes round in circles: ${MOST_STEPS} steps without an end or a wait`);
}

function storeWildly(k: Kernel, service: string): true {
  const { untouched } = KernelRoot.at(k.meter.observer, k.rootAddress);
  const address = k.choose('wild store', untouched) * PAGE_SIZE + k.choose('wild store', PAGE_SIZE / 8) * 8;
  const isOwn = k.frames.ownerOf(address) === k.domain;
  if (isUser(k, k.domain) && !isOwn)
    throw new ServiceFault(`${service} stored to address 0x${address.toString(16)}, which is not its own`);
  for (let word = 0; word < JUNK_WORDS && address + word * 4 < untouched * PAGE_SIZE; word++)
    k.memory.write32(address + word * 4, JUNK);
  return true;
}
