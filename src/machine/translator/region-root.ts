/**
 * Where a region should begin that is to have an address. The interpreter is met anywhere in a function; a region that begins
 * there has the function's other half as well, beside the regions of other places of the function. So it begins where
 * the function does, or the innermost loop around the address.
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
} from './control-flow.ts';
import { type FlowGraph, flowGraph } from './dominators.ts';

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

/** The address of the innermost loop around one in a region; undefined when there is none, or it is not in the region. */
function loopAround(region: Region, address: number): number | undefined {
  const graph = flowGraph(region);
  const block = graph.order.findIndex(({ instructions }) =>
    instructions.some((one) => one.address === address),
  );
  if (block < 0) return undefined;
  // The later a header in reverse postorder, the further inside.
  for (let header = block; header >= 0; header--)
    if (graph.isLoopHeader[header] && isInLoop(graph, header, block)) return graph.order[header]?.address;
  return undefined;
}

/** Is there a way from a block to a loop's header that does not leave the numbers behind the header? */
function isInLoop({ successors }: FlowGraph, header: number, block: number): boolean {
  const seen = new Set<number>([block]);
  for (const at of seen)
    for (const next of successors[at] ?? []) {
      if (next === header) return true;
      if (next > header) seen.add(next);
    }
  return header === block && (successors[block]?.includes(header) ?? false);
}

function has({ blocks }: Region, address: number): boolean {
  for (const { instructions } of blocks.values())
    if (instructions.some((one) => one.address === address)) return true;
  return false;
}

/** The region that an entry had better be translated with: its function's or its loop's, if it is not translated yet; else its own. */
export function regionAround(own: Region, source: CodeSource, limits: RegionLimits): Region {
  const { entry } = own;
  const start = functionBefore(source, entry);
  const whole = start === undefined ? undefined : exploreRegion(source, start, limits);
  if (whole === undefined || whole.entry === entry || !has(whole, entry)) return own;
  if (!source.beginsRegion(whole.entry)) return whole;
  const header = loopAround(whole, entry);
  if (header === undefined || header === entry || source.beginsRegion(header)) return own;
  return exploreRegion(source, header, limits) ?? own;
}
