/** struct rusage, as wait4(2) and getrusage(2) give it. */
import type { PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from '../kernel/kernel.ts';

export const USAGE_BYTES = 144;

/** Writes user and system time to `to` (physical) as two struct timeval; the other fields are 0. */
export function putUsage(k: Kernel, to: PhysicalAddress, user: number, system: number): void {
  k.memory.clear(to, USAGE_BYTES);
  [user, system].forEach((cycles, index) => {
    const seconds = Math.floor(cycles / k.hertz);
    k.memory.write32(to + index * 16, seconds);
    k.memory.write32(to + index * 16 + 8, Math.floor(((cycles % k.hertz) * 1e6) / k.hertz));
  });
}
