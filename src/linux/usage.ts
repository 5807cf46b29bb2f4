/** struct rusage, as wait4(2) and getrusage(2) give it. */
import { PAGE_SIZE, type PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from '../kernel/kernel.ts';

export const USAGE_BYTES = 144;

/** Bytes of the structure (linux/resource.h) at which its integers of 8 bytes are; times are two of them. */
const MOST_RESIDENT = 32;
const MINOR_FAULTS = 64;
const MAJOR_FAULTS = 72;
const KIBIBYTE = 1024;

/** What has been used: times in cycles; all page faults mended, and those among them that read a page from outside. */
export interface Usage {
  readonly cyclesUser: number;
  readonly cyclesKernel: number;
  readonly faults: number;
  readonly majorFaults: number;
  readonly peakPages: number;
}

/** Writes times, page faults and the largest size to `to` (physical); the other fields are 0. */
export function putUsage(k: Kernel, to: PhysicalAddress, usage: Usage): void {
  const { cyclesUser, cyclesKernel, faults, majorFaults, peakPages } = usage;
  k.memory.clear(to, USAGE_BYTES);
  [cyclesUser, cyclesKernel].forEach((cycles, index) => {
    const seconds = Math.floor(cycles / k.hertz);
    k.memory.write32(to + index * 16, seconds);
    k.memory.write32(to + index * 16 + 8, Math.floor(((cycles % k.hertz) * 1e6) / k.hertz));
  });
  k.memory.writeInteger(to + MOST_RESIDENT, (peakPages * PAGE_SIZE) / KIBIBYTE);
  k.memory.writeInteger(to + MINOR_FAULTS, faults - majorFaults);
  k.memory.writeInteger(to + MAJOR_FAULTS, majorFaults);
}
