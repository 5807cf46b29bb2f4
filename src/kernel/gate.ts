/**
 * Gates: how a request crosses from one domain to another.
 *
 * A gate charges what crossing costs, says whether another thread executes the request, and moves spans. One instance per
 * name serves every pair of domains that the structure joins with it; it keeps no state.
 */
import type { GateKind, PrimitiveNumber } from '../contracts/accounting.ts';
import type { Span } from '../contracts/service.ts';
import type { GateName } from '../contracts/structure.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from './kernel.ts';

/** Moves bytes between a span of the caller's side and memory of the callee's; returns how many could be moved. */
export type SpanMove = (
  k: Kernel,
  span: Span,
  offset: number,
  local: PhysicalAddress,
  length: number,
  toSpan: boolean,
) => number;

interface CommonGate {
  readonly name: GateName;
  /** The heading under which its crossings are counted. */
  readonly kind: GateKind;
  /** Charges the way in of a request of `words` words, from a domain to another. */
  request(k: Kernel, from: PhysicalAddress, to: PhysicalAddress, words: number): void;
  /** Charges the way back, from the domain that was asked. */
  reply(k: Kernel, from: PhysicalAddress, to: PhysicalAddress): void;
  readonly move: SpanMove;
}

/** What is charged at a crossing, in order. */
export type GateCharges = readonly (readonly [primitive: PrimitiveNumber, count: number])[];

/** The caller's own thread executes the request. */
export interface SameThreadGate extends CommonGate {
  readonly handsOver: false;
  /**
   * All that `request` and `reply` do where accesses do not go through translation: ways that are taken often charge it without
   * asking the gate.
   */
  readonly requestCharges: GateCharges;
  readonly replyCharges: GateCharges;
}

/** A server's thread executes the request, and the caller waits for the reply. */
export interface HandingGate extends CommonGate {
  readonly handsOver: true;
  /** One of two threads has sent to the other and now waits for it; the other is not runnable yet. */
  switchTo(k: Kernel, sender: PhysicalAddress, receiver: PhysicalAddress): void;
  /** Charges a message of `words` words of the kernel's own to a thread that waits in it, which is then woken. */
  notify(k: Kernel, words: number): void;
}

export type Gate = SameThreadGate | HandingGate;
