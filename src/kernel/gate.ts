/**
 * Gates: how a request crosses from one domain to another.
 *
 * A gate charges what crossing costs, says which thread executes the request, and moves spans. One instance per kind serves
 * every pair of domains that the structure joins with it; it keeps no state.
 */
import type { GateKind } from '../contracts/accounting.ts';
import type { Span } from '../contracts/service.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from './kernel.ts';

export interface Gate {
  readonly kind: GateKind;
  /**
   * Carries a request across: charges the way in, and returns the thread that will execute it: the caller's own, or a
   * server's. The frame is pushed by the kernel afterwards, on that thread.
   */
  request(k: Kernel, thread: PhysicalAddress, to: PhysicalAddress): PhysicalAddress;
  /** Carries the reply back: charges the way out. */
  reply(k: Kernel, thread: PhysicalAddress, to: PhysicalAddress): void;
  /** Moves bytes between a span of the caller's side and memory of the callee's; returns how many could be moved. */
  move(
    k: Kernel,
    span: Span,
    offset: number,
    local: PhysicalAddress,
    length: number,
    toSpan: boolean,
  ): number;
}
