/**
 * A structure: which service lives in which protection domain, and which gate joins each pair. It has no cost of its own.
 */
import type { GateKind } from './accounting.ts';

/** A protection domain that exists from boot. Programs' domains are made as processes are. */
export interface DomainPlan {
  readonly name: string;
  readonly privilege: 'kernel' | 'user';
}

/** Where a request may come from: a domain of the plan, or any program. */
export const PROGRAM = 'program';

export interface Structure {
  readonly name: string;
  /** One line for lists, and a paragraph for people. */
  readonly tagline: string;
  readonly description: string;
  readonly domains: readonly DomainPlan[];
  /** The domain in which a service lives. */
  place(service: string): string;
  /** The gate that joins two domains, by name; PROGRAM stands for a program's domain. */
  gate(from: string, to: string): GateKind;
}
