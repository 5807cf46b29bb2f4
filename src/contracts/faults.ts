/**
 * Faults that are injected on purpose, so that protection is seen and not claimed: at the Nth request to a service, it
 * crashes, hangs, or stores to a wild address.
 */
export const FAULT_KINDS = ['crash', 'hang', 'wild-store'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultPlan {
  readonly service: string;
  readonly kind: FaultKind;
  /** The request at which it happens; 1 is the first. */
  readonly at: number;
}
