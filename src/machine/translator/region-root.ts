/**
 * Where a region should begin that is to have an address. The interpreter is met anywhere in a function; a region that begins
 * there would have much of the function, beside the regions of other places of it, and loops inside out. So it begins where
 * the function does, or the outermost loop around the address.
 */

import {
  type CodeSource,
  exploreRegion,
  growsStack,
  instructionAt,
  isUnconditional,
  type Region,
  type RegionInstruction,
  type RegionLimits,
  successorsOf,
} from './control-flow.ts';
import { reached } from './flow.ts';

/** Bytes before an address in which its function's beginning is looked for. */
const SEARCH = 2048;

/** The executed instruction that ends at an address, if there is one. */
function instructionBefore(source: CodeSource, address: number): RegionInstruction | undefined {
  for (const length of [2, 4]) {
    if (!source.wasExecuted(address - length)) continue;
    const found = instructionAt(source, address - length);
    if (found?.decoded.length === length) return found;
  }
  return undefined;
}

/**
 * The likely beginning of the function that an address is in: from where its stack grows, back to what cannot go on, or
 * was not executed. Undefined when the stack does not grow near before the address.
 */
function functionBefore(source: CodeSource, address: number): number | undefined {
  let hasGrown = false;
  let at = address;
  const here = instructionAt(source, address);
  if (here !== undefined && growsStack(here)) hasGrown = true;
  while (address - at < SEARCH) {
    const before = instructionBefore(source, at);
    if (hasGrown && (before === undefined || isUnconditional(before))) return at;
    if (before === undefined) {
      at -= 2;
      continue;
    }
    if (growsStack(before)) hasGrown = true;
    at = before.address;
  }
  return undefined;
}

/** The region that the beginning of one had better be translated with: its function's, or its loops', or the same. */
export function regionAround(own: Region, source: CodeSource, limits: RegionLimits): Region {
  return exploreFunction(source, own.entry, limits) ?? exploreLoop(source, own, limits) ?? own;
}

/** The region of the function that an address is in; undefined when it is not found, or too large to have the address. */
function exploreFunction(source: CodeSource, address: number, limits: RegionLimits): Region | undefined {
  const entry = functionBefore(source, address);
  const whole = entry === undefined ? undefined : exploreRegion(source, entry, limits);
  return whole !== undefined && has(whole, address) ? whole : undefined;
}

function has({ blocks }: Region, address: number): boolean {
  for (const { instructions } of blocks.values())
    if (instructions.some((one) => one.address === address)) return true;
  return false;
}

/**
 * The region from the lowest address on that the loops around the beginning of a region lead to: compilers lay out code so that an
 * outer loop begins there. Undefined when there is no loop.
 */
function exploreLoop(source: CodeSource, region: Region, limits: RegionLimits): Region | undefined {
  const first = firstOfLoops(region);
  const whole = first === undefined ? undefined : exploreRegion(source, first, limits);
  return whole !== undefined && has(whole, region.entry) ? whole : undefined;
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
