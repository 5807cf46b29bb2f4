/**
 * What programs may use of the kernel's memory by native calls: so many of each kind in all, and nothing when frames are
 * scarce. A call that cannot be given what it needs says so to its program.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { KernelRoot } from '../objects.ts';
import { NativeRoot } from './records.ts';

/** Of each kind, in a machine. */
const MOST = { ports: 4096, messages: 4096, requests: 4096, mappings: 16_384 } as const;
/** Frames that native calls leave to the rest, besides those that only the kernel may take. */
const FRAMES_LEFT = 32;

type Counted = keyof typeof MOST;

export function rootOf(k: Kernel): PhysicalAddress {
  const kernelRoot = KernelRoot.at(k.meter.observer, k.rootAddress);
  if (kernelRoot.native === 0) kernelRoot.native = k.slab.allocate(k.domainOfPlan(1), NativeRoot.size);
  return kernelRoot.native;
}

/** Have frames become too few to spend some on native calls? */
export function isScarce(k: Kernel): boolean {
  const { freeCount, leastFree } = KernelRoot.at(k.meter.observer, k.rootAddress);
  return freeCount <= leastFree + FRAMES_LEFT;
}

/** A cleared record of `bytes` in the kernel's memory, counted as one of a kind; 0 when there is no more for it. */
export function allocate(k: Kernel, kind: Counted, bytes: number): PhysicalAddress {
  if (isScarce(k)) return 0;
  const root = rootOf(k);
  if (root === 0) return 0;
  const counts = NativeRoot.at(k.store, root);
  if (counts[kind] >= MOST[kind]) return 0;
  const address = k.slab.allocate(k.domainOfPlan(1), bytes);
  if (address !== 0) counts[kind] += 1;
  return address;
}

export function release(k: Kernel, kind: Counted, address: PhysicalAddress): void {
  NativeRoot.at(k.store, rootOf(k))[kind] -= 1;
  k.slab.release(address);
}
