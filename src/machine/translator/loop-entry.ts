/** Where a region should begin that is wanted for an address in a loop. */

import {
  type CodeSource,
  exploreRegion,
  type Region,
  type RegionLimits,
  successorsOf,
} from './control-flow.ts';
import { reached } from './flow.ts';

/**
 * Finds the region that an address in a loop is best translated with: the one from the lowest address on that the loops around it
 * lead to. An outer loop begins there, as compilers lay out code, whereas the address may be in the midst of an inner one.
 */
export function exploreLoop(source: CodeSource, address: number, limits: RegionLimits): Region | undefined {
  const region = exploreRegion(source, address, limits);
  const first = region && firstOfLoops(region);
  if (first === undefined || first === address) return region;
  const whole = exploreRegion(source, first, limits);
  return whole?.blocks.has(address) ? whole : region;
}

/** The lowest address from which control comes back to the entry; undefined when none does. */
function firstOfLoops({ entry, blocks, switchTargets }: Region): number | undefined {
  const before = new Map<number, number[]>();
  for (const { address, end } of blocks.values())
    for (const next of successorsOf(end, switchTargets))
      before.set(next, [...(before.get(next) ?? []), address]);
  const around = [...reached(before.get(entry) ?? [], (address) => before.get(address) ?? [])];
  return around.length === 0 ? undefined : Math.min(...around);
}
